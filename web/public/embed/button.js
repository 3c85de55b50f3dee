/**
 * Callward's call button for pages of other systems:
 *
 *   <script src="https://callward.example.com/embed/button.js"></script>
 *   <callward-call code="71734">Call</callward-call>
 *
 * It knows a client's short code and no number. A click opens a small window of Callward's own, where
 * whoever is signed in there calls; nothing of the client comes back into this page.
 */
(() => {
  const script = document.currentScript;
  if (!(script instanceof HTMLScriptElement) || customElements.get("callward-call")) return;
  const { origin } = new URL(script.src);
  const CODE = /^\d[\d -]{2,14}$/;
  const WORDS = { en: "Call", ru: "Позвонить" };
  const STYLE = `
    :host { display: inline-block }
    button {
      font: inherit; line-height: 1.4; padding: 0.2em 0.8em; border-radius: 4px; cursor: pointer;
      color: #fff; background: #0f766e; border: 1px solid #0f766e;
    }
    button:hover { background: #115e59 }
    button:focus-visible { outline: 2px solid #0f766e; outline-offset: 2px }
    button:disabled { color: #5c636a; background: #e9ecef; border-color: #ced4da; cursor: not-allowed }
  `;

  /** The window that a button of this page opened last. */
  let dial = null;
  let dialled = "";

  addEventListener("message", (event) => {
    if (event.origin !== origin || event.source === null || event.source !== dial) return;
    if (event.data?.type !== "callward:ready") return;
    dial.postMessage({ type: "callward:call", code: dialled }, origin);
  });

  function open(code) {
    if (dial !== null && !dial.closed && dialled === code) {
      dial.focus();
      return;
    }
    dialled = code;
    dial = window.open(
      `${origin}/dial?code=${encodeURIComponent(code)}`,
      "callward-dial",
      "popup,width=440,height=420",
    );
  }

  class CallwardCall extends HTMLElement {
    static observedAttributes = ["code"];
    #button = document.createElement("button");

    constructor() {
      super();
      const style = document.createElement("style");
      style.textContent = STYLE;
      const slot = document.createElement("slot");
      slot.textContent = document.documentElement.lang.startsWith("ru") ? WORDS.ru : WORDS.en;
      this.#button.type = "button";
      this.#button.part = "button";
      this.#button.append(slot);
      this.#button.addEventListener("click", () => open(this.#code));
      this.attachShadow({ mode: "open", delegatesFocus: true }).append(style, this.#button);
    }

    connectedCallback() {
      this.attributeChangedCallback();
    }

    attributeChangedCallback() {
      this.#button.disabled = !CODE.test(this.#code);
    }

    get #code() {
      return (this.getAttribute("code") ?? "").trim();
    }
  }

  customElements.define("callward-call", CallwardCall);
})();
