// The popup's side of the conversation with the partner's page.
'use strict';

(() => {
  /** @type {{partnerOrigin: string, channel: string, events: {name: string, data: object}[]}} */
  const messages = JSON.parse(document.getElementById('messages').textContent);

  /**
   * Tells the page that opened us; the browser delivers it to the partner's origin only.
   * @param {string} name
   * @param {object} [data]
   */
  function tell(name, data = {}) {
    if (window.opener) {
      const message = { source: 'anytime-connect', channel: messages.channel, name, data };
      window.opener.postMessage(message, messages.partnerOrigin);
    }
  }

  for (const { name, data } of messages.events) tell(name, data);

  for (const form of document.querySelectorAll('form')) {
    form.addEventListener('submit', (event) => {
      const name = event.submitter?.dataset.click ?? form.dataset.click;
      if (name) tell(name);
      // A second click would decide twice. The pressed button stays enabled until its value is sent.
      setTimeout(() => form.querySelectorAll('button').forEach((button) => { button.disabled = true; }));
    });
  }

  for (const button of document.querySelectorAll('[data-close]')) {
    button.addEventListener('click', () => {
      if (button.dataset.click) tell(button.dataset.click);
      window.close();
    });
  }

  // A page restored from the back-forward cache has its buttons still disabled.
  window.addEventListener('pageshow', () => {
    document.querySelectorAll('button').forEach((button) => { button.disabled = false; });
  });

  const first = document.querySelector('[aria-invalid]') ?? document.getElementById('email');
  first?.focus();
})();
