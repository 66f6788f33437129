import { Alert, Center, Loader } from "@mantine/core";
import { Navigate, Outlet, useLocation } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { ReviewProvider } from "../draft/review";
import { texts } from "../texts/shell";
import { ViewerProvider } from "./context";
import { PasswordReset } from "./PasswordReset";
import { Setup } from "./Setup";
import { useSession } from "./store";

const SETUP = "/setup";

const Frame = lazy(() => import("../layout/Frame"));

/** Shows the login form without a session, and the console with one. */
export function Gate() {
  const { viewer, error } = useSession();
  const { pathname } = useLocation();
  if (pathname === "/reset") return <PasswordReset />;
  if (viewer === null) return <Setup isLink={pathname === SETUP} />;
  if (viewer === undefined) {
    return <Center mih="100vh">{error ? <Alert color="red" role="alert">{error.message}</Alert> : <Loader role="status" aria-label={texts.loading} />}</Center>;
  }
  if (pathname === SETUP) return <Navigate to="/" replace />;
  return (
    <ViewerProvider value={viewer}>
      <Suspense>
        <ReviewProvider>
          <Frame><Outlet /></Frame>
        </ReviewProvider>
      </Suspense>
    </ViewerProvider>
  );
}
