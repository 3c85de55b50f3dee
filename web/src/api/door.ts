/** Between requests and who is signed in: requests know neither React nor its pages. */

type Listener = () => void;

export class Door {
  #csrf: string | null = null;
  #isShut = false;
  #isSilent = false;
  #waiting: (() => void)[] = [];
  #renewing: Promise<void> | null = null;
  readonly #listeners = new Set<Listener>();
  /** Asks the daemon anew who is signed in, and calls `open`. */
  renewal: () => Promise<void> = () => Promise.resolve();

  /** What each request shows beside the cookie. */
  csrf(): string | null {
    return this.#csrf;
  }

  /** Somebody is in: whatever waited goes on. */
  open(csrf: string | null): void {
    this.#csrf = csrf;
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#set(() => (this.#isShut = false));
    for (const goOn of waiting) goOn();
  }

  /** The session has ended: resolves once somebody is in again. */
  signedInAgain(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#set(() => (this.#isShut = true));
    });
  }

  /** Another tab began another session: resolves once this page has its CSRF value. */
  renew(): Promise<void> {
    this.#renewing ??= this.renewal().finally(() => (this.#renewing = null));
    return this.#renewing;
  }

  answered(): void {
    if (this.#isSilent) this.#set(() => (this.#isSilent = false));
  }

  unanswered(): void {
    if (!this.#isSilent) this.#set(() => (this.#isSilent = true));
  }

  /** The session has ended, and requests wait for who signs in. */
  get isShut(): boolean {
    return this.#isShut;
  }

  /** The last request got no answer: the daemon or the way to it is down. */
  get isSilent(): boolean {
    return this.#isSilent;
  }

  subscribe = (listener: Listener): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #set(change: () => void): void {
    change();
    for (const listener of this.#listeners) listener();
  }
}

export const door = new Door();
