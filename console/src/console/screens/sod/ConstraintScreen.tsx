import { Screen } from "../../components/Screen";

export default function ConstraintScreen() {
  return <Screen title="ConstraintScreen" name="ConstraintScreen">{null}</Screen>;
}
