import { Button, Stack, Title, UnstyledButton } from "@mantine/core";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { AuditRowFragment } from "../../gql/graphql";
import { texts } from "../../texts/answers";
import { EventDetails } from "./EventDetails";
import { groupsOf, type RequestGroup } from "./groups";
import { startOf } from "./filter";
import { Sentence } from "./Sentence";
import type { AuditSearch } from "./search";

const route = getRouteApi("/audit");
const dayFormat = new Intl.DateTimeFormat(undefined, { dateStyle: "full" });
const timeFormat = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });

/** Events by day; those of one request stand together. */
export function EventList({ events }: { readonly events: readonly AuditRowFragment[] }) {
  return (
    <Stack gap="md">
      {groupsOf(events).map(({ day, requests }) => (
        <section key={day}>
          <Title order={2} mb={6}>{dayFormat.format(new Date(startOf(day) ?? 0))}</Title>
          <ul className="plain-list card events">
            {requests.map((group) => <RequestItem key={group.key} group={group} />)}
          </ul>
        </section>
      ))}
    </Stack>
  );
}

function RequestItem({ group: { main, others } }: { readonly group: RequestGroup<AuditRowFragment> }) {
  const { event }: AuditSearch = route.useSearch();
  const [isOpen, setOpen] = useState(others.some(({ id }) => id === event));
  return (
    <li>
      <EventRow event={main} />
      {others.length > 0 && (
        <Button variant="subtle" size="compact-sm" className="more" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? texts.audit.fold : texts.audit.unfold(others.length)}
        </Button>
      )}
      {isOpen && (
        <ul className="plain-list nested">
          {others.map((other) => <li key={other.id}><EventRow event={other} /></li>)}
        </ul>
      )}
    </li>
  );
}

/** One event as a sentence that opens its details. */
function EventRow({ event }: { readonly event: AuditRowFragment }) {
  const search: AuditSearch = route.useSearch();
  const navigate = useNavigate();
  const isOpen = search.event === event.id;
  const toggle = () => void navigate({ to: "/audit", search: { ...search, event: isOpen ? undefined : event.id }, resetScroll: false });
  return (
    <>
      <UnstyledButton className="event" onClick={toggle} aria-expanded={isOpen}>
        <time dateTime={event.at} className="faint">{timeFormat.format(new Date(event.at))}</time>
        <span className="sentence">
          {event.outcome !== "SUCCESS" && <b className="denied">{texts.audit.outcomes[event.outcome]} · </b>}
          <Sentence text={event.summary} />
        </span>
        <code className="name faint">{event.action}</code>
      </UnstyledButton>
      {isOpen && <div className="details"><EventDetails id={event.id} /></div>}
    </>
  );
}
