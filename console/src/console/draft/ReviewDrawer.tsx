import { Alert, Button, Drawer, Group, Loader, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { client } from "../api/client";
import { ReasonedButton } from "../components/ReasonedButton";
import { useMay } from "../session/context";
import { texts as shell } from "../texts/shell";
import { texts } from "../texts/draft";
import { ImpactCard } from "./ImpactCard";
import { ProblemList } from "./ProblemList";
import type { Preview, Problem, Proposal, Saved } from "./proposal";
import type { Reviewed } from "./review";
import { draftProposal } from "./save";
import { SectionCard } from "./SectionCard";
import { useDraft } from "./store";

interface Props {
  readonly reviewed: Reviewed;
  readonly onClose: () => void;
}

/** The review of changes: what they are, who notices, what stands in the way; then one Save. */
export default function ReviewDrawer({ reviewed, onClose }: Props) {
  const { draft, discard, replace } = useDraft();
  const may = useMay();
  const [saved, setSaved] = useState<Saved | null>(null);
  const proposal = useMemo(() => (reviewed === "draft" ? draftProposal(draft, may) : reviewed), [reviewed, draft, may]);
  const onSaved = (result: Saved) => {
    if (reviewed === "draft") discard();
    setSaved(result);
    void client.invalidateQueries();
  };
  const undo = (changes: Saved["inverse"]) => {
    replace(changes);
    setSaved(null);
  };
  return (
    <Drawer opened onClose={onClose} position="right" size={420} overlayProps={{ backgroundOpacity: 0.15 }} title={<Text fw={600} fz="lg">{proposal.title}</Text>} closeButtonProps={{ "aria-label": shell.close }}>
      {saved ? (
        <Done saved={saved} onClose={onClose} onUndo={reviewed === "draft" ? () => undo(saved.inverse) : undefined} />
      ) : (
        <Review key={JSON.stringify(draft)} proposal={proposal} onSaved={onSaved} onPart={reviewed === "draft" ? replace : keepDraft} onDiscard={reviewed === "draft" ? () => { discard(); onClose(); } : onClose} />
      )}
    </Drawer>
  );
}

/** An action other than the draft leaves the draft as it is. */
function keepDraft(): void {}

interface DoneProps {
  readonly saved: Saved;
  readonly onClose: () => void;
  readonly onUndo: (() => void) | undefined;
}

function Done({ saved, onClose, onUndo }: DoneProps) {
  return (
    <Stack gap="sm" role="status">
      <Text className="allowed">{texts.done(saved.revision)}</Text>
      <Group>
        <Button onClick={onClose}>{shell.close}</Button>
        {onUndo && saved.inverse.length > 0 && <Button variant="default" onClick={onUndo}>{texts.undo}</Button>}
      </Group>
    </Stack>
  );
}

interface ReviewProps {
  readonly proposal: Proposal;
  readonly onSaved: (saved: Saved) => void;
  /** Called with the changes that are left when one of several was refused. */
  readonly onPart: (remaining: Saved["remaining"]) => void;
  readonly onDiscard: () => void;
}

function Review({ proposal, onSaved, onPart, onDiscard }: ReviewProps) {
  const [id] = useState(Math.random);
  const [reason, setReason] = useState("");
  const [typed, setTyped] = useState("");
  const [refusal, setRefusal] = useState<string | null>(null);
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const [isSaving, setSaving] = useState(false);
  const preview = useQuery({
    queryKey: ["review", id],
    queryFn: proposal.preview,
    gcTime: 0,
    staleTime: Infinity,
    retry: false,
  });
  const save = async () => {
    setSaving(true);
    setRefusal(null);
    try {
      const saved = await proposal.save(reason.trim() || null);
      if (saved.problems.length === 0) onSaved(saved);
      else {
        setProblems(saved.problems);
        if (saved.revision !== null) onPart(saved.remaining);
      }
    } catch (error) {
      setRefusal(error instanceof Error ? error.message : String(error));
    } finally {
      setSaving(false);
    }
  };
  const nameToType = preview.data?.nameToType ?? null;
  return (
    <Stack gap="sm">
      {proposal.sections.map((section) => <SectionCard key={section.key} section={section} />)}
      {preview.isPending && <Group gap="xs" role="status"><Loader size="xs" /><Text className="faint">{texts.working}</Text></Group>}
      {preview.error && <Alert color="red" role="alert">{preview.error.message}</Alert>}
      {preview.data && <Findings preview={preview.data} />}
      {problems.length > 0 && <ProblemList problems={problems} />}
      {refusal && <Alert color="red" role="alert">{refusal}</Alert>}
      {proposal.note && <Text className="faint">{proposal.note}</Text>}
      {proposal.takesReason && (
        <Textarea label={texts.reason} autosize minRows={1} maxLength={1000} value={reason} onChange={({ currentTarget }) => setReason(currentTarget.value)} />
      )}
      {nameToType !== null && (
        <TextInput label={texts.typeName(nameToType)} value={typed} onChange={({ currentTarget }) => setTyped(currentTarget.value)} autoComplete="off" />
      )}
      <Group>
        <ReasonedButton
          reason={obstacle(preview.data, nameToType !== null && typed !== nameToType ? texts.typeName(nameToType) : null)}
          onClick={() => void save()}
          loading={isSaving}
          color={proposal.isDanger ? "red" : "keyward"}
        >
          {proposal.saveLabel ?? proposal.title}
        </ReasonedButton>
        <Button variant="default" onClick={onDiscard}>{proposal.isDanger ? shell.cancel : texts.discard}</Button>
      </Group>
    </Stack>
  );
}

function Findings({ preview }: { readonly preview: Preview }) {
  const { rebase } = useDraft();
  const stale = Object.entries(preview.stale);
  return (
    <>
      {preview.parts.map(({ title, impact, problems, notes = [] }) => (
        <Stack gap="sm" key={title ?? ""}>
          {impact && problems.length === 0 && <ImpactCard title={title} impact={impact} />}
          {problems.length > 0 && <ProblemList problems={problems} title={title} />}
          {notes.map((note) => <Text key={note} className="warning">{note}</Text>)}
        </Stack>
      ))}
      {stale.length > 0 && (
        <Alert color="yellow" role="alert">
          {stale.map(([id, { name }]) => <Text key={id}>{texts.stale(name)}</Text>)}
          <Button mt="xs" size="compact-sm" variant="default" onClick={() => rebase(Object.fromEntries(stale.map(([id, { version }]) => [id, version])))}>
            {texts.rebase}
          </Button>
        </Alert>
      )}
    </>
  );
}

/** Why nothing can be saved now; null when it can. */
function obstacle(preview: Preview | undefined, untyped: string | null): string | null {
  if (!preview) return texts.working;
  if (preview.parts.some(({ problems }) => problems.length > 0)) return texts.solve;
  const [stale] = Object.values(preview.stale);
  return stale ? texts.stale(stale.name) : untyped;
}
