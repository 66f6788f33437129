interface Step {
  readonly key: string;
  readonly label: string;
  /** Whether the step is what is missing. */
  readonly isMissing?: boolean;
}

/** A path from a subject through roles to a permission, as chips. A missing step is dashed. */
export function GrantPath({ steps }: { readonly steps: readonly Step[] }) {
  return (
    <ol className="path">
      {steps.map(({ key, label, isMissing = false }) => (
        <li key={key} data-broken={isMissing || undefined}>
          <span className="chip" data-missing={isMissing || undefined}>{label}</span>
        </li>
      ))}
    </ol>
  );
}
