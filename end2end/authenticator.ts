import type { CDPSession, Page } from "@playwright/test";

/**
 * An authenticator that Chromium itself plays, with the whole way between page and device. It answers only while it is told to, as
 * a finger would: what fills the form for signing in waits for one from the moment that its page opens.
 */
export class Authenticator {
  private constructor(
    private readonly session: CDPSession,
    private readonly authenticatorId: string,
  ) {}

  /** Plugs one into the browser, for this page. */
  static async plugIn(page: Page): Promise<Authenticator> {
    const session = await page.context().newCDPSession(page);
    await session.send("WebAuthn.enable");
    const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2",
        transport: "internal",
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: false,
      },
    });
    return new Authenticator(session, authenticatorId);
  }

  /** Says yes to whatever is asked meanwhile. */
  async touch(act: () => Promise<void>): Promise<void> {
    await this.answer(true);
    try {
      await act();
    } finally {
      await this.answer(false);
    }
  }

  async answer(enabled: boolean): Promise<void> {
    const set = this.session.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId: this.authenticatorId, enabled });
    // A page that is left because of the answer may take the reply along.
    await Promise.race([set.catch(() => {}), new Promise((resolve) => setTimeout(resolve, 2_000))]);
  }

  /** Whether the finger is the right one from now on. */
  async verify(isUserVerified: boolean): Promise<void> {
    await this.session.send("WebAuthn.setUserVerified", { authenticatorId: this.authenticatorId, isUserVerified });
  }

  /** What it holds. */
  async credentials(): Promise<{ signCount: number; isResidentCredential: boolean }[]> {
    const { credentials } = await this.session.send("WebAuthn.getCredentials", { authenticatorId: this.authenticatorId });
    return credentials;
  }
}
