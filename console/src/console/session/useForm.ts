import { type SubmitEvent, useState } from "react";
import { RequestError } from "../api/request";
import type { ProblemPartsFragment } from "../gql/graphql";
import { texts } from "../texts/shell";

/** State of a small form: what the service refused, at its field, and whether it is being sent. */
export interface Form {
  readonly errors: Readonly<Record<string, string>>;
  /** A refusal that concerns no single field. */
  readonly failure: string | null;
  readonly isSending: boolean;
  readonly submit: (event: SubmitEvent<HTMLFormElement>) => void;
}

/** A form that sends its fields with `send`, and shows the problems that it returns. */
export function useForm(send: (fields: FormData) => Promise<readonly ProblemPartsFragment[]>, fields: readonly string[]): Form {
  const [problems, setProblems] = useState<readonly ProblemPartsFragment[]>([]);
  const [refusal, setRefusal] = useState<string | null>(null);
  const [isSending, setSending] = useState(false);
  const run = async (data: FormData) => {
    setSending(true);
    setRefusal(null);
    try {
      setProblems(await send(data));
    } catch (error) {
      setProblems([]);
      setRefusal(messageOf(error));
    } finally {
      setSending(false);
    }
  };
  const fieldOf = ({ path }: ProblemPartsFragment) => fields.find((field) => path?.includes(field));
  return {
    errors: Object.fromEntries(problems.flatMap((problem) => [[fieldOf(problem) ?? "", problem.message]])),
    failure: refusal ?? problems.find((problem) => !fieldOf(problem))?.message ?? null,
    isSending,
    submit: (event) => {
      event.preventDefault();
      void run(new FormData(event.currentTarget));
    },
  };
}

function messageOf(error: unknown): string {
  if (error instanceof RequestError && error.retryAfterSeconds !== null) return texts.login.wait(error.retryAfterSeconds);
  return error instanceof Error ? error.message : String(error);
}
