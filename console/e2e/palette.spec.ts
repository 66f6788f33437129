import { expect, expectAccessible, openAs, test } from "./harness";

const ROUNDS = 5;

test("the palette finds users, roles, permissions and screens by key", async ({ page, service }) => {
  await openAs(page, "root", "/");
  await page.keyboard.press("Control+k");
  const field = page.getByRole("dialog").getByRole("textbox", { name: "Find anything" });
  for (const [text, hit] of [["ben", "ben user"], ["control", "controller role"], ["invoice:pay", "invoice:pay permission"], ["audit", "Audit log screen"]] as const) {
    await field.fill(text);
    await expect(page.getByRole("option", { name: new RegExp(hit.replace(" ", ".*")) }).first()).toBeVisible();
  }
  await expectAccessible(page);
  await field.fill("ben");
  await page.getByRole("option", { name: /^ben/ }).first().waitFor();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`/users/${await service.idOf("user", "ben")}`));
});

test("the palette finds a user by id, as it stands in a log", async ({ page, service }) => {
  const id = await service.idOf("user", "ben");
  await openAs(page, "root", "/");
  await page.keyboard.press("Control+k");
  await page.getByRole("textbox", { name: "Find anything" }).fill(id);
  await expect(page.getByRole("option", { name: /^ben/ })).toBeVisible();
});

test("the palette understands a question", async ({ page, service }) => {
  await openAs(page, "root", "/");
  await page.keyboard.press("Control+k");
  await page.getByRole("textbox", { name: "Find anything" }).fill("can ben invoice:approve");
  await page.getByRole("option", { name: /May ben do invoice:approve/ }).click();
  await expect(page).toHaveURL(new RegExp(`/why\\?user=${await service.idOf("user", "ben")}&permission=`));
});

test("the palette shows its first results within 100 ms among 10,000 users", async ({ page, service }) => {
  const users = Array.from({ length: 9000 }, (_, index) => `extra-${index},team-0001`);
  await service.write("crowd.csv", ["user,role", ...users, ""].join("\n"));
  await service.keyward(["import", "--user-roles", `${service.folder}/crowd.csv`]);
  await openAs(page, "root", "/");
  await page.keyboard.press("Control+k");
  const field = page.getByRole("textbox", { name: "Find anything" });
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    await field.fill("");
    const name = `extra-77${round}`;
    times.push(
      await field.evaluate((input: HTMLInputElement, name) => {
        const begun = performance.now();
        return new Promise<number>((resolve) => {
          const observer = new MutationObserver(() => {
            const [first] = document.querySelectorAll('[role="option"]');
            if (!first?.textContent?.startsWith(name)) return;
            observer.disconnect();
            resolve(performance.now() - begun);
          });
          observer.observe(document.body, { childList: true, subtree: true, characterData: true });
          Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(input, name);
          input.dispatchEvent(new Event("input", { bubbles: true }));
        });
      }, name),
    );
  }
  console.log(`palette: ${times.map((time) => time.toFixed(0)).join(", ")} ms`);
  // The best of some rounds: other programs of the machine delay single ones.
  expect(Math.min(...times)).toBeLessThan(100);
});
