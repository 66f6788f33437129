import { expect, test } from "@playwright/test";
import { readLines } from "../../src/console/screens/permissions/lines";

test("pasted lines are permissions with their descriptions", () => {
  const { permissions, problems, unconventional } = readLines("permission\tdescription\ninvoice:read, Read invoices\r\n\n\"invoice:pay\",\"Pay, at once\"\nbatch");
  expect(permissions).toEqual([
    { name: "invoice:read", description: "Read invoices" },
    { name: "invoice:pay", description: "Pay, at once" },
    { name: "batch", description: null },
  ]);
  expect(problems).toEqual([]);
  expect(unconventional).toEqual(["batch"]);
});

test("every line that is no permission is named with its number", () => {
  const { permissions, problems } = readLines(`invoice:read\ninvoice:read\ninvoice:*\nbézier:draw\n${"x".repeat(256)}\n${"y".repeat(255)}`);
  expect(permissions.map(({ name }) => name)).toEqual(["invoice:read", "y".repeat(255)]);
  expect(problems.map(({ line, problem }) => `${line} ${problem}`)).toEqual(["2 duplicate", "3 invalid", "4 invalid", "5 tooLong"]);
});
