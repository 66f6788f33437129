import { Button, type ButtonProps, Tooltip, VisuallyHidden } from "@mantine/core";
import { type ReactNode, useId } from "react";

interface Props extends ButtonProps {
  /** Why the button does nothing now, as a sentence; null when it works. */
  readonly reason: string | null;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

/** A button that stays in place and says why when it cannot be used. It can be focused, so that everybody can read why. */
export function ReasonedButton({ reason, onClick, children, ...rest }: Props) {
  const id = useId();
  if (reason === null) return <Button onClick={onClick} {...rest}>{children}</Button>;
  return (
    <Tooltip label={reason} multiline maw={320} events={{ hover: true, focus: true, touch: true }}>
      <Button {...rest} data-disabled aria-disabled aria-describedby={id} onClick={(event) => event.preventDefault()}>
        {children}
        <VisuallyHidden id={id}>{reason}</VisuallyHidden>
      </Button>
    </Tooltip>
  );
}
