// Anytime Connect: the button on the partner's page and its conversation with the bank's popup.
// It sets no inline styles in markup and evaluates no text, so that a strict policy may stay strict.
(() => {
  'use strict';

  /**
   * Filled in by the bank.
   * @type {{partnerId: string, lang: string, partnerOrigin: string, bankOrigin: string,
   *   words: {button: string, blocked: string, foreignOrigin: string}}}
   */
  const settings = __SETTINGS__;

  const EVENTS = new Set([
    'onLoginSucceeded', 'onLoginFailed', 'onTokenCreated',
    'onDisplayLoginFormScreen', 'onDisplayScopeAcceptanceScreen',
    'onDisplayPopup', 'onClosePopup',
    'onClickLoginButton', 'onClickQuitButton', 'onClickRefuseButton',
    'onError',
  ]);
  const CLOSED_CHECK_MS = 250;
  const LONGEST_REFERENCE = 255;
  const WIDTH = 480;
  const HEIGHT = 720;

  if (window.AC?.isAnytimeConnect) return;

  const bankOrigin = document.currentScript?.src
    ? new URL(document.currentScript.src).origin
    : settings.bankOrigin;
  const isAllowedHere = window.location.origin === settings.partnerOrigin;

  /** @type {Map<string, Function[]>} */
  const listeners = new Map();
  /** Errors from before anybody listened. */
  const unheard = [];
  /** @type {{window: Window, channel: string, timer: number} | null} */
  let popup = null;

  /** Calls the listeners of an event; one that throws does not silence the others. */
  function fire(name, data = {}) {
    const event = Object.freeze({ ...data, name });
    const called = listeners.get(name) ?? [];
    if (name === 'onError' && called.length === 0) unheard.push(event);
    for (const listener of [...called]) call(listener, event);
  }

  function call(listener, event) {
    try {
      listener(event);
    } catch (error) {
      setTimeout(() => { throw error; });
    }
  }

  function fail(code, message) {
    console.error(`Anytime Connect: ${message}`);
    fire('onError', { code, message });
  }

  /**
   * Binds a function to an event; several functions per event are called in their order.
   * @param {string} name
   * @param {(event: {name: string, token?: string, code?: string, message?: string}) => void} listener
   */
  function add(name, listener) {
    if (!EVENTS.has(name) || typeof listener !== 'function') {
      console.warn(`Anytime Connect: nothing to bind for ${String(name)}`);
      return;
    }
    listeners.set(name, [...(listeners.get(name) ?? []), listener]);
    if (name === 'onError') {
      for (const event of unheard.splice(0)) setTimeout(() => call(listener, event));
    }
  }

  /** Opens the popup; called by the click itself, or browsers would block it. */
  function open(container) {
    if (popup && !popup.window.closed) {
      popup.window.focus();
      return;
    }
    const reference = container.dataset.customRef ?? '';
    if ([...reference].length > LONGEST_REFERENCE) {
      fail('custom_ref_too_long', 'data-custom-ref is longer than 255 characters');
      return;
    }
    const channel = newChannel();
    const opened = window.open(addressOf(reference, channel), 'anytime-connect', windowFeatures());
    if (!opened) {
      fail('popup_blocked', settings.words.blocked);
      return;
    }
    if (popup) window.clearInterval(popup.timer);
    popup = { window: opened, channel, timer: window.setInterval(noticeClosing, CLOSED_CHECK_MS) };
  }

  function addressOf(reference, channel) {
    const address = new URL(`/${settings.partnerId}/${settings.lang}/popup`, bankOrigin);
    address.searchParams.set('channel', channel);
    if (reference) address.searchParams.set('custom_ref', reference);
    return address.href;
  }

  function newChannel() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  function windowFeatures() {
    const left = Math.max(0, window.screenX + (window.outerWidth - WIDTH) / 2);
    const top = Math.max(0, window.screenY + (window.outerHeight - HEIGHT) / 2);
    return `popup,width=${WIDTH},height=${HEIGHT},left=${Math.round(left)},top=${Math.round(top)}`;
  }

  function noticeClosing() {
    if (!popup?.window.closed) return;
    window.clearInterval(popup.timer);
    popup = null;
    fire('onClosePopup');
  }

  /** Believes only the popup that this page opened, and only what the bank's origin says. */
  function hear(message) {
    if (!popup || message.origin !== bankOrigin || message.source !== popup.window) return;
    const { source, channel, name, data } = message.data ?? {};
    if (source !== 'anytime-connect' || channel !== popup.channel || !EVENTS.has(name)) return;
    fire(name, data);
  }

  function draw() {
    const container = document.getElementById('anytime-connect');
    if (!container || container.querySelector('[data-testid="anytime-button"], [role="alert"]')) return;
    container.append(isAllowedHere ? newButton(container) : newRefusal());
  }

  function newButton(container) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'anytime-connect-button';
    button.dataset.testid = 'anytime-button';
    button.lang = settings.lang;
    button.append(newMark(), settings.words.button);
    button.addEventListener('click', () => open(container));
    return button;
  }

  /** The bank's mark: a square clock at a quarter past. */
  function newMark() {
    const namespace = 'http://www.w3.org/2000/svg';
    const mark = document.createElementNS(namespace, 'svg');
    const shape = document.createElementNS(namespace, 'path');
    const attributes = { viewBox: '0 0 20 20', width: '20', height: '20', 'aria-hidden': 'true', focusable: 'false' };
    for (const [name, value] of Object.entries(attributes)) mark.setAttribute(name, value);
    shape.setAttribute('d', 'M2 2h16v16H2zM10 5v5h4');
    shape.setAttribute('fill', 'none');
    shape.setAttribute('stroke', 'currentColor');
    shape.setAttribute('stroke-width', '2');
    mark.append(shape);
    return mark;
  }

  function newRefusal() {
    const text = document.createElement('p');
    text.setAttribute('role', 'alert');
    text.lang = settings.lang;
    text.textContent = settings.words.foreignOrigin;
    return text;
  }

  /** A constructed sheet needs no permission from the page's style policy. */
  function dress() {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`
      .anytime-connect-button {
        display: inline-flex; align-items: center; gap: 12px; min-height: 48px; padding: 10px 20px;
        border: 2px solid #06363a; border-radius: 0; background: #0b5257; color: #fff;
        font: 600 16px/24px system-ui, sans-serif; cursor: pointer;
      }
      .anytime-connect-button:hover { background: #06363a; }
      .anytime-connect-button:focus-visible { outline: 3px solid #b45309; outline-offset: 3px; }
      .anytime-connect-button svg { color: #ffc861; flex: none; }
      @media (prefers-color-scheme: dark) {
        .anytime-connect-button { border-color: #7fd8d3; }
        .anytime-connect-button:focus-visible { outline-color: #ffc861; }
      }
    `);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  }

  window.AC = Object.freeze({ add, isAnytimeConnect: true });
  window.addEventListener('message', hear);
  if (isAllowedHere) dress();
  else fail('origin_not_allowed', settings.words.foreignOrigin);
  draw();
  // The container may come later: with the rest of the page, or drawn by the partner's own script.
  new MutationObserver(draw).observe(document.documentElement, { childList: true, subtree: true });
})();
