import { expect, test } from "@playwright/test";
import { graphql, textOf } from "../../src/console/api/graphql";
import { endOf, endOfDate } from "../../src/console/components/ends";
import { questionOf } from "../../src/console/layout/question";

test.describe("ends in words", () => {
  const wednesday = new Date(2026, 10, 25, 12);
  const friday = new Date(2026, 10, 27, 12);
  const local = (year: number, month: number, day: number) => new Date(year, month - 1, day, 23, 59, 59).toISOString();

  test("are the last second of a day here, in UTC", () => {
    expect(endOf("tomorrow", wednesday)).toBe(local(2026, 11, 26));
    expect(endOf("friday", wednesday)).toBe(local(2026, 11, 27));
    expect(endOf("friday", friday)).toBe(local(2026, 12, 4));
    expect(endOf("month", wednesday)).toBe(local(2026, 11, 30));
    expect(endOf("quarter", wednesday)).toBe(local(2026, 12, 31));
    expect(endOf("permanent", wednesday)).toBeNull();
  });

  test("of a date are in its day", () => {
    expect(endOfDate("2027-02-28")).toBe(local(2027, 2, 28));
    expect(endOfDate("")).toBeNull();
  });
});

test("the palette understands questions, and nothing else is one", () => {
  const asked = { user: "ben", permission: "invoice:approve" };
  for (const text of ["can ben invoice:approve", "may ben do invoice:approve?", "ben invoice:approve", "Can ben invoice:approve ?"]) {
    expect(questionOf(text), text).toEqual(asked);
  }
  for (const text of ["ben", "invoice:approve", "can ben approve", ""]) expect(questionOf(text), text).toBeNull();
});

test("a document is sent with the fragments that it uses, each once", () => {
  graphql(`
    fragment Leaf on Role { id }
  ` as never);
  graphql(`
    fragment Branch on Role { name ...Leaf }
  ` as never);
  const query = graphql(`
    query Tree { role(id: 1) { ...Branch ...Leaf ... on Role { id } } }
  ` as never) as unknown as string;
  expect(textOf(query).match(/fragment \w+/g)).toEqual(["fragment Branch", "fragment Leaf"]);
  expect(() => textOf("{ ...Missing }")).toThrow("Missing");
});
