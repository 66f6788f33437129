import { Screen } from "../../components/Screen";

export default function PermissionsScreen() {
  return <Screen title="PermissionsScreen" name="PermissionsScreen">{null}</Screen>;
}
