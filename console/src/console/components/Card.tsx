import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { FieldError } from "../api/request";
import { texts } from "../texts/shell";

interface Props {
  readonly title?: ReactNode;
  readonly tone?: "danger";
  /** Error of the field that the card shows; the rest of the page is not concerned. */
  readonly error?: FieldError | undefined;
  readonly children?: ReactNode;
}

/** A part of a screen that stands by itself: when its field is refused, it says why, and nothing else changes. */
export function Card({ title, tone, error, children }: Props) {
  return (
    <section className="card" data-tone={tone}>
      {title !== undefined && <h2>{title}</h2>}
      {error ? <Refusal error={error} /> : children}
    </section>
  );
}

/** Why a field is empty: the permission that it requires, or the message of the service. */
export function Refusal({ error }: { readonly error: FieldError }) {
  const permission = /permission: "([^"]+)"/.exec(error.extensions?.rule ?? "")?.[1];
  return (
    <Text className="faint">
      {permission ? texts.requires(<code className="name">{permission}</code>) : error.message}
    </Text>
  );
}
