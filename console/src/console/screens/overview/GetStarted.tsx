import { Stack, Tabs, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Card } from "../../components/Card";
import { CopyButton } from "../../components/CopyButton";
import { texts } from "../../texts/answers";
import { DemoStep } from "./DemoStep";
import type { Progress } from "./progress";
import { SNIPPETS, TOOLS } from "./snippets";

/** The first steps with a new installation. Each ticks itself once it is done. */
export function GetStarted({ progress }: { readonly progress: Progress }) {
  const { start } = texts;
  return (
    <Card title={start.title}>
      <ol className="plain-list steps">
        <DemoStep />
        <Step isDone={progress.permissions} title={start.permissions}><Link to="/permissions" className="link">{start.permissionsLink}</Link></Step>
        <Step isDone={progress.roles} title={start.roles}><Link to="/roles" className="link">{start.rolesLink}</Link></Step>
        <Step isDone={progress.people} title={start.people}>
          <Link to="/import" className="link">{start.importLink}</Link> {start.or} <Link to="/users" className="link">{start.inviteLink}</Link>
        </Step>
        <Step isDone={progress.app} title={start.app}><Snippets /></Step>
      </ol>
    </Card>
  );
}

interface StepProps {
  readonly isDone: boolean;
  readonly title: string;
  readonly children: ReactNode;
}

export function Step({ isDone, title, children }: StepProps) {
  return (
    <li>
      <span role="img" aria-label={isDone ? texts.start.done : texts.start.open} className={isDone ? "allowed" : "faint"}>{isDone ? "✓" : "○"}</span>
      <Stack gap={4} flex={1} miw={0}>
        <Text fw={600}>{title}</Text>
        <div>{children}</div>
      </Stack>
    </li>
  );
}

/** Code for a frontend, with this origin filled in. */
function Snippets() {
  return (
    <Stack gap="xs">
      <Text className="faint">{texts.start.appHint}</Text>
      <Tabs defaultValue="0" keepMounted={false}>
        <Tabs.List>{TOOLS.map((tool, index) => <Tabs.Tab key={tool} value={String(index)}>{tool}</Tabs.Tab>)}</Tabs.List>
        {TOOLS.map((tool, index) => {
          const code = SNIPPETS[tool](location.origin);
          return (
            <Tabs.Panel key={tool} value={String(index)} pt="xs">
              <pre className="listing" tabIndex={0} role="region" aria-label={texts.start.code(tool)}>{code}</pre>
              <CopyButton label={texts.policy.copy} value={() => code} />
            </Tabs.Panel>
          );
        })}
      </Tabs>
    </Stack>
  );
}
