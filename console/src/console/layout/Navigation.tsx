import { NavLink } from "@mantine/core";
import { Link, useLocation } from "@tanstack/react-router";
import { useMay } from "../session/context";
import { texts } from "../texts/shell";
import { GROUPS } from "./entries";

/** The main navigation: only what the session may read. */
export function Navigation({ onNavigate }: { readonly onNavigate: () => void }) {
  const may = useMay();
  const { pathname } = useLocation();
  const isCurrent = (to: string) => (to === "/" ? pathname === "/" : pathname === to || pathname.startsWith(`${to}/`));
  const groups = GROUPS.map(({ heading, entries }) => ({
    heading,
    entries: entries.filter(({ requires }) => requires === null || may(requires)),
  }));
  return (
    <>
      {groups.filter(({ entries }) => entries.length > 0).map(({ heading, entries }) => (
        <section key={heading ?? ""} aria-label={heading ?? undefined}>
          {heading && <div className="heading">{heading}</div>}
          {entries.map(({ to, label }) => (
            <NavLink
              key={to}
              component={Link}
              to={to}
              label={label}
              active={isCurrent(to)}
              aria-current={isCurrent(to) ? "page" : undefined}
              onClick={onNavigate}
            />
          ))}
        </section>
      ))}
      <section>
        <NavLink href="/playground" label={texts.navigation.playground} mt="md" />
      </section>
    </>
  );
}
