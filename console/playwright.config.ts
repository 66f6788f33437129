import { defineConfig } from "@playwright/test";

/** Unit tests (test/unit/), and walk-throughs in a real browser against the real binary (e2e/). */
export default defineConfig({
  testMatch: ["e2e/**/*.spec.ts", "test/unit/**/*.spec.ts"],
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
