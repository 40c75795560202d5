import { defineConfig } from "@playwright/test";
import { chromium } from "./browser";

/** A viewport as wide as the phones that people hold on the train. */
const phone = { width: 360, height: 740 };

/**
 * Pages are the same on every database, and the store's own tests run on both: on PostgreSQL, where it is three servers behind a
 * balancer, there runs what a person goes through.
 */
const throughTheDatabase = ["story", "live", "history", "account"].map((name) => `tests/${name}.spec.ts`);
const tests = process.env.E2E_DATABASE === "postgres" ? throughTheDatabase : "tests/**/*.spec.ts";

export default defineConfig({
  // Pictures are taken, and an hour is waited, only when they are asked for: `make screenshots`, `make soak`.
  testDir: ".",
  testMatch: process.env.E2E_SCREENSHOTS ? "pictures/*.spec.ts" : process.env.E2E_SOAK_SECONDS ? "soak/*.spec.ts" : tests,
  outputDir: "test-results",
  // Two workers, each with a bank and a product of its own: as many as the smallest machine has cores.
  workers: Number(process.env.E2E_WORKERS ?? 2),
  // A test that needs a second try has found something: `scripts/test` names it at its end. For whoever works on it that is a failure.
  retries: process.env.CI ? 1 : 0,
  forbidOnly: Boolean(process.env.CI),
  // Looking at a dozen states of a page for accessibility takes a slow machine more than a minute.
  timeout: 90_000,
  expect: { timeout: 10_000 },
  reporter: "list",
  use: {
    locale: "en-GB",
    timezoneId: "Europe/Paris",
    screenshot: "only-on-failure",
    trace: process.env.E2E_TRACE ? "retain-on-failure" : "off",
    launchOptions: {
      executablePath: chromium(),
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  // Everything runs on the desktop, except what is meant for the others only.
  projects: [
    {
      name: "desktop",
      grepInvert: /@only-phone|@only-no-javascript/,
      use: { viewport: { width: 1280, height: 800 } },
    },
    {
      name: "phone",
      testIgnore: process.env.E2E_DATABASE === "postgres" ? "**" : [],
      grep: /@phone|@only-phone/,
      use: { viewport: phone, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
    },
    {
      name: "no-javascript",
      grep: /@no-javascript|@only-no-javascript/,
      use: { viewport: { width: 1280, height: 800 }, javaScriptEnabled: false },
    },
  ],
});
