import { Alert, Anchor, Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useApi } from "../api/hooks";
import { mutate } from "../api/mutate";
import { setCsrfToken } from "../api/request";
import type { ProblemPartsFragment } from "../gql/graphql";
import { texts } from "../texts/shell";
import { LoginMutation, ServiceQuery, SignupMutation } from "./documents";
import { FormPage } from "./FormPage";
import { sessionChanged, wasSignedIn } from "./store";
import { useForm } from "./useForm";

/** The form to log in, or to create an account where the service allows it. */
export function Login() {
  const [isSignup, setSignup] = useState(false);
  const service = useApi(ServiceQuery, {}).data?.data.serviceInfo;
  return (
    <FormPage title={isSignup ? texts.login.signupTitle : texts.login.title}>
      {wasSignedIn() && <Alert color="yellow" role="alert">{texts.login.ended}</Alert>}
      {isSignup ? <SignupForm passwordLength={service?.passwordMinLength ?? 0} /> : <LoginForm />}
      {service?.signupEnabled && (
        <Anchor component="button" type="button" onClick={() => setSignup(!isSignup)}>
          {isSignup ? texts.login.back : texts.login.signup}
        </Anchor>
      )}
    </FormPage>
  );
}

function LoginForm() {
  const form = useForm(async (fields) => {
    const { data } = await mutate(LoginMutation, { username: textOf(fields, "username"), password: textOf(fields, "password") });
    return begin(data.login);
  }, []);
  return (
    <form onSubmit={form.submit}>
      <Stack gap="sm">
        <Failure text={form.failure} />
        <TextInput name="username" label={texts.login.username} autoComplete="username" required autoFocus />
        <PasswordInput name="password" label={texts.login.password} autoComplete="current-password" required />
        <Button type="submit" loading={form.isSending}>{texts.login.submit}</Button>
      </Stack>
    </form>
  );
}

function SignupForm({ passwordLength }: { readonly passwordLength: number }) {
  const form = useForm(async (fields) => {
    const email = textOf(fields, "email") || null;
    const { data } = await mutate(SignupMutation, { username: textOf(fields, "username"), password: textOf(fields, "password"), email });
    return begin(data.signup);
  }, ["username", "password", "email"]);
  return (
    <form onSubmit={form.submit}>
      <Stack gap="sm">
        <Failure text={form.failure} />
        <TextInput name="username" label={texts.login.newUsername} autoComplete="username" error={form.errors["username"]} required autoFocus />
        <TextInput name="email" label={texts.login.email} type="email" autoComplete="email" error={form.errors["email"]} />
        <PasswordInput
          name="password"
          label={texts.login.password}
          description={texts.login.passwordHint(passwordLength)}
          autoComplete="new-password"
          error={form.errors["password"]}
          required
        />
        <Button type="submit" loading={form.isSending}>{texts.login.signupSubmit}</Button>
      </Stack>
    </form>
  );
}

/** A refusal, announced to screen readers. */
export function Failure({ text }: { readonly text: string | null }) {
  return <div aria-live="polite">{text && <Text className="denied">{text}</Text>}</div>;
}

/** A field of a form as a text. */
export function textOf(fields: FormData, name: string): string {
  const value = fields.get(name);
  return typeof value === "string" ? value : "";
}

interface Started {
  readonly csrfToken: string | null;
  readonly userErrors: readonly ProblemPartsFragment[];
}

/** Goes on with a session that has begun; returns what was refused. */
export async function begin({ csrfToken, userErrors }: Started): Promise<readonly ProblemPartsFragment[]> {
  if (userErrors.length === 0) {
    setCsrfToken(csrfToken);
    await sessionChanged();
  }
  return userErrors;
}
