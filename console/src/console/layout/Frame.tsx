import { AppShell, Burger, Group, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useLocation } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef } from "react";
import { texts } from "../texts/shell";
import { AccountMenu } from "./AccountMenu";
import { DraftButton } from "./DraftButton";
import { Navigation } from "./Navigation";
import { Palette } from "./Palette";
import { PasswordPrompt } from "./PasswordPrompt";

/** Frame of all screens: header with the palette, the draft and the account; navigation; content. */
export default function Frame({ children }: { readonly children: ReactNode }) {
  const [isOpen, menu] = useDisclosure(false);
  const { pathname } = useLocation();
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  useEffect(() => {
    // A screen reader goes on at the content of the new screen.
    if (!isFirst.current) main.current?.focus({ preventScroll: true });
    isFirst.current = false;
  }, [pathname]);
  return (
    <AppShell header={{ height: 52 }} navbar={{ width: 204, breakpoint: "sm", collapsed: { mobile: !isOpen } }} padding="lg">
      <a className="skip" href="#content">{texts.navigation.skip}</a>
      <AppShell.Header px="md">
        <Group h="100%" gap="md" wrap="nowrap">
          <Burger opened={isOpen} onClick={menu.toggle} hiddenFrom="sm" size="sm" aria-label={texts.navigation.menu} />
          <Text fw={700} fz="lg" visibleFrom="sm">{texts.product}</Text>
          <Palette />
          <DraftButton />
          <AccountMenu />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label={texts.navigation.label} style={{ overflowY: "auto" }}>
        <Navigation onNavigate={menu.close} />
      </AppShell.Navbar>
      <AppShell.Main id="content" ref={main} tabIndex={-1}>{children}</AppShell.Main>
      <PasswordPrompt />
    </AppShell>
  );
}
