// In every page and frame before its own scripts: whatever ever stood in the document, was stored,
// told to the system, or kept in the history is told to the test at once.
(() => {
  if (globalThis.testify) return;
  const say = globalThis.__witnessed;
  const saidAlready = new Set();
  const testify = (where, what) => {
    if (what === "" || what === null || what === undefined) return;
    // The same is said once in each page; who types says so each time.
    const line = `${where} ${what}`;
    if (where !== "field" && saidAlready.has(line)) return;
    saidAlready.add(line);
    void say(where, String(what));
  };
  globalThis.testify = testify;
  const MOST_PARTS = 40;
  const told = (value) => {
    try {
      return typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
    } catch {
      return String(value);
    }
  };

  // ── The document, shadows too: what is typed into a field stands apart ──
  const inert = document.implementation.createHTMLDocument();
  const isField = (node) => node instanceof Element && /^(INPUT|TEXTAREA)$/.test(node.tagName);
  const wrote = (node) => {
    if (node.nodeType !== Node.ELEMENT_NODE) return node.nodeValue ?? "";
    const copy = inert.importNode(node, true);
    for (const field of [copy, ...copy.querySelectorAll("input, textarea")]) {
      if (!isField(field)) continue;
      testify("field", field.getAttribute("value") ?? field.textContent);
      field.removeAttribute("value");
      if (field.tagName === "TEXTAREA") field.textContent = "";
    }
    return copy.outerHTML;
  };
  const see = (changes) => {
    const seen = new Set();
    for (const change of changes) {
      const { target } = change;
      if (change.type === "attributes") {
        const where = isField(target) && change.attributeName === "value" ? "field" : null;
        for (const value of [change.oldValue, target.getAttribute(change.attributeName)]) {
          if (where !== null) testify(where, value);
          else seen.add(`${change.attributeName}=${value ?? ""}`);
        }
      } else if (change.type === "characterData") {
        const owner = target.parentElement;
        for (const value of [change.oldValue, target.nodeValue]) {
          if (isField(owner)) testify("field", value);
          else seen.add(value ?? "");
        }
        // Words in parts: a number may be written in several text nodes.
        if (owner !== null && !isField(owner)) seen.add(owner.textContent);
      } else {
        for (const node of change.addedNodes) {
          if (isField(node.parentElement)) testify("field", node.nodeValue);
          else seen.add(wrote(node));
        }
        // Digits in tags of their own, one after the other.
        const few = target instanceof Element && target.childNodes.length <= MOST_PARTS;
        if (few && !isField(target)) seen.add(target.textContent);
      }
    }
    testify("document", [...seen].join("\n"));
    testify("title", document.title);
  };
  const watch = (root) =>
    new MutationObserver(see).observe(root, {
      subtree: true,
      childList: true,
      attributes: true,
      attributeOldValue: true,
      characterData: true,
      characterDataOldValue: true,
    });
  watch(document);
  const shade = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (options) {
    const root = shade.call(this, options);
    watch(root);
    return root;
  };
  for (const event of ["input", "change"]) {
    addEventListener(event, (one) => testify("field", one.composedPath()[0]?.value), true);
  }

  // ── What is called with words: its arguments ──
  const before = (owner, name, where) => {
    const original = owner?.[name];
    if (typeof original !== "function") return;
    owner[name] = function (...given) {
      testify(where, given.map(told).join("\n"));
      return original.apply(this, given);
    };
  };
  before(Storage.prototype, "setItem", "storage");
  before(History.prototype, "pushState", "history");
  before(History.prototype, "replaceState", "history");
  before(IDBObjectStore.prototype, "put", "database");
  before(IDBObjectStore.prototype, "add", "database");
  before(globalThis.Cache?.prototype, "put", "cache");
  before(globalThis.Cache?.prototype, "add", "cache");
  before(CanvasRenderingContext2D.prototype, "fillText", "canvas");
  before(CanvasRenderingContext2D.prototype, "strokeText", "canvas");
  before(globalThis.BroadcastChannel?.prototype, "postMessage", "message");
  before(globalThis.ServiceWorkerRegistration?.prototype, "showNotification", "notification");
  before(globalThis.Clipboard?.prototype, "writeText", "clipboard");
  before(globalThis, "open", "address");
  const cookie = Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
  Object.defineProperty(Document.prototype, "cookie", {
    ...cookie,
    set(value) {
      testify("cookie", value);
      cookie.set.call(this, value);
    },
  });
  const make = URL.createObjectURL;
  URL.createObjectURL = (blob) => {
    if (blob instanceof Blob) void blob.text().then((text) => testify("blob", text));
    return make.call(URL, blob);
  };
  addEventListener("message", (event) => testify("message", told(event.data)));
  globalThis.Notification = new Proxy(globalThis.Notification, {
    construct(target, given) {
      testify("notification", given.map(told).join("\n"));
      return Reflect.construct(target, given);
    },
    get: (target, name) => (name === "permission" ? "granted" : Reflect.get(target, name)),
  });
})();
