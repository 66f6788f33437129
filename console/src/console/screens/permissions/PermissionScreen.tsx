import { Screen } from "../../components/Screen";

export default function PermissionScreen() {
  return <Screen title="PermissionScreen" name="PermissionScreen">{null}</Screen>;
}
