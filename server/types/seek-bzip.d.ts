declare module 'seek-bzip' {
  const bunzip: { decode(data: Uint8Array): Uint8Array };
  export default bunzip;
}
