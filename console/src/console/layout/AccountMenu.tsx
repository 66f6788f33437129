import { Button, Menu, useMantineColorScheme } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Link } from "@tanstack/react-router";
import { mutate } from "../api/mutate";
import { setCsrfToken } from "../api/request";
import { LogoutMutation } from "../session/documents";
import { loggedOut, sessionChanged } from "../session/store";
import { useViewer } from "../session/context";
import { texts } from "../texts/shell";
import { ActivationDialog } from "./ActivationDialog";

/** The user's menu: profile, active roles, colours, logout. */
export function AccountMenu() {
  const { user, inactiveRoles } = useViewer();
  const { setColorScheme } = useMantineColorScheme();
  const [isChoosing, dialog] = useDisclosure(false);
  const logOut = async () => {
    await mutate(LogoutMutation, {});
    setCsrfToken(null);
    loggedOut();
    await sessionChanged();
  };
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="subtle" color="gray" ml="auto" aria-label={`${texts.account.menu}: ${user.username}`}>
            {user.username}{inactiveRoles.length > 0 && " ◐"} ▾
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item component={Link} to="/me">{texts.account.profile}</Menu.Item>
          <Menu.Item onClick={dialog.open}>{texts.account.activation}</Menu.Item>
          <Menu.Divider />
          <Menu.Item onClick={() => setColorScheme("auto")}>{texts.account.system}</Menu.Item>
          <Menu.Item onClick={() => setColorScheme("light")}>{texts.account.light}</Menu.Item>
          <Menu.Item onClick={() => setColorScheme("dark")}>{texts.account.dark}</Menu.Item>
          <Menu.Divider />
          <Menu.Item onClick={() => void logOut()}>{texts.account.logout}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {isChoosing && <ActivationDialog onClose={dialog.close} />}
    </>
  );
}
