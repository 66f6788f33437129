import { Screen } from "../../components/Screen";

export default function RoleScreen() {
  return <Screen title="RoleScreen" name="RoleScreen">{null}</Screen>;
}
