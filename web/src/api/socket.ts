import { language, onLanguage } from "@/app/i18n";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

export interface Listening {
  close(): void;
}

/**
 * A WebSocket to the daemon that comes back by itself, later and later, never two pages in step.
 * `heard` gets each message's JSON; `standing` is told whether the connection stands.
 */
export function listen(
  path: string,
  heard: (message: unknown) => void,
  standing: (stands: boolean) => void = () => undefined,
): Listening {
  let wait = FIRST_WAIT_MS;
  let socket: WebSocket | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isClosed = false;

  function connect(): void {
    const address = new URL(path, globalThis.location.origin.replace(/^http/, "ws"));
    address.searchParams.set("language", language());
    socket = new WebSocket(address, "callward");
    socket.onopen = () => {
      wait = FIRST_WAIT_MS;
      standing(true);
    };
    socket.onmessage = (event: MessageEvent<string>) => heard(JSON.parse(event.data));
    socket.onclose = () => {
      if (isClosed) return;
      standing(false);
      timer = setTimeout(connect, wait * (0.5 + Math.random()));
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    };
  }

  connect();
  // What the daemon says, it says in the language in which it was asked.
  const unheard = onLanguage(() => socket?.close());
  return {
    close() {
      isClosed = true;
      unheard();
      clearTimeout(timer);
      socket?.close();
    },
  };
}
