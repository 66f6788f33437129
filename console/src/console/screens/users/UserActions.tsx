import { useState } from "react";
import { ReasonedButton } from "../../components/ReasonedButton";
import { useReview } from "../../draft/review";
import { useLack, useViewer } from "../../session/context";
import { texts } from "../../texts/people";
import { EditUser } from "./EditUser";
import { PasswordLink } from "./PasswordLink";
import { deleteUser, type Head, reactivate, suspend } from "./proposals";

/** Changes of the account itself. Each opens a review. */
export function UserActions({ user }: { readonly user: Head }) {
  const review = useReview();
  const obstacle = useObstacle(user);
  const { user: self } = useViewer();
  const [isEditing, setEditing] = useState(false);
  const write = obstacle("user:write");
  return (
    <>
      <ReasonedButton reason={write} variant="default" onClick={() => setEditing(true)}>{texts.user.rename}</ReasonedButton>
      <PasswordLink user={{ id: user.id, name: user.username }} reason={user.id === self.id ? texts.user.self : write} />
      {user.status === "SUSPENDED" ? (
        <ReasonedButton reason={write} variant="default" onClick={() => review(reactivate(user))}>{texts.user.reactivate}</ReasonedButton>
      ) : (
        <ReasonedButton reason={write} variant="default" onClick={() => review(suspend(user))}>{texts.user.suspend}</ReasonedButton>
      )}
      <ReasonedButton reason={obstacle("user:delete")} variant="default" c="var(--k-red)" onClick={() => review(deleteUser(user))}>{texts.user.delete}</ReasonedButton>
      {isEditing && <EditUser user={user} onClose={() => setEditing(false)} />}
    </>
  );
}

/** Why an account cannot be changed with a permission; null when it can. */
export function useObstacle({ username, status, viewerCanManage }: Head): (permission: string) => string | null {
  const lack = useLack();
  return (permission) => {
    if (status === "DELETED") return texts.user.deleted;
    return lack(permission) ?? (viewerCanManage ? null : texts.beyondAuthority(username));
  };
}
