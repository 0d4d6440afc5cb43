/** Number of messages that are passed on, so that a table with a fault in each line does not fill a terminal. */
const most = 20;

/** Passes each message on once, at most 20 of them, and then says once that there are more. */
export function distinct(say: (message: string) => void): (message: string) => void {
  const said = new Set<string>();
  return (message) => {
    if (said.size > most || said.has(message)) return;
    said.add(message);
    say(said.size > most ? 'Further warnings of this kind are not shown.' : message);
  };
}
