import { Button, Code, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { client } from "../api/client";
import { useApi } from "../api/hooks";
import { mutate } from "../api/mutate";
import { request } from "../api/request";
import { CopyButton } from "../components/CopyButton";
import { texts } from "../texts/shell";
import { AdministratorMutation, ServiceQuery, SetupQuery } from "./documents";
import { FormPage } from "./FormPage";
import { begin, Failure, Login, textOf } from "./Login";
import { useForm } from "./useForm";

/** How often the page looks whether somebody administers the service, in milliseconds. */
const POLL_INTERVAL = 2000;
const KEY = ["setup"];

/** The login form; before it, while nobody administers the service, how to create the first administrator. */
export function Setup({ isLink }: { readonly isLink: boolean }) {
  const { data, isPending } = useQuery({
    queryKey: KEY,
    queryFn: async () => (await request(SetupQuery, {})).data.serviceInfo.setup,
    refetchInterval: ({ state }) => (state.data ? POLL_INTERVAL : false),
    staleTime: 0,
  });
  if (isPending) return null;
  if (!data) return <Login />;
  const token = location.hash.slice(1);
  return isLink && token !== "" ? <AdministratorForm token={token} /> : <Command command={data.command} />;
}

function Command({ command }: { readonly command: string }) {
  return (
    <FormPage title={texts.setup.title}>
      <Text>{texts.setup.text}</Text>
      <Code block style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>{command}</Code>
      <CopyButton label={texts.setup.copy} value={() => command} />
      <Text className="faint">{texts.setup.wait}</Text>
      <Text className="faint">{texts.setup.link}</Text>
    </FormPage>
  );
}

/** The form of the link that the service printed at its start. */
function AdministratorForm({ token }: { readonly token: string }) {
  const length = useApi(ServiceQuery, {}).data?.data.serviceInfo.passwordMinLength ?? 0;
  const form = useForm(async (fields) => {
    const { data } = await mutate(AdministratorMutation, { token, username: textOf(fields, "username"), password: textOf(fields, "password") });
    if (data.administratorCreate.userErrors.length === 0) client.setQueryData(KEY, null);
    return begin(data.administratorCreate);
  }, ["username", "password"]);
  return (
    <FormPage title={texts.setup.title}>
      <Text>{texts.setup.linkText}</Text>
      <form onSubmit={form.submit}>
        <Stack gap="sm">
          <Failure text={form.failure} />
          <TextInput name="username" label={texts.login.newUsername} autoComplete="username" error={form.errors["username"]} required autoFocus />
          <PasswordInput
            name="password"
            label={texts.login.password}
            description={texts.login.passwordHint(length)}
            autoComplete="new-password"
            error={form.errors["password"]}
            required
          />
          <Button type="submit" loading={form.isSending}>{texts.setup.submit}</Button>
        </Stack>
      </form>
    </FormPage>
  );
}
