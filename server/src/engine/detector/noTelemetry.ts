// ONNX Runtime's builds for Linux write an identifier of the machine to the user's cache folder and send usage to the network,
// unless this is set before the library is loaded.
process.env.ORT_DISABLE_TELEMETRY = '1';
