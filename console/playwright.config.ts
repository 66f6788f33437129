import { defineConfig } from "@playwright/test";

/** Walk-throughs in a real browser against the real binary: see e2e/harness/. */
export default defineConfig({
  testDir: "e2e",
  fullyParallel: true,
  workers: Number(process.env["E2E_WORKERS"] ?? 2),
  forbidOnly: true,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 8_000 },
  reporter: [["list"]],
  use: {
    viewport: { width: 1280, height: 800 },
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    screenshot: "only-on-failure",
    launchOptions: { executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium", args: ["--no-sandbox"] },
  },
});
