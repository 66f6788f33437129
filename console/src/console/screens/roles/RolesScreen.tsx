import { Screen } from "../../components/Screen";

export default function RolesScreen() {
  return <Screen title="RolesScreen" name="RolesScreen">{null}</Screen>;
}
