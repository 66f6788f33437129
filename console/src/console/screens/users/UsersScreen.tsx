import { Screen } from "../../components/Screen";

export default function UsersScreen() {
  return <Screen title="UsersScreen" name="UsersScreen">{null}</Screen>;
}
