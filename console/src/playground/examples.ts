export interface Example {
  readonly title: string;
  /** Ties a tab to its title, so it must be unique. */
  readonly operationName: string;
  readonly query: string;
  readonly variables?: string;
}

const SIGN_UP = `# Start here: press play, or Ctrl-Enter.
# The bar above picks up the token of the answer.
mutation SignUp {
  signup(
    username: "ana"
    password: "correct-horse-battery-42"
  ) {
    accessToken
    refreshToken
    expiresAt
    viewer {
      roles
      permissions
    }
    userErrors {
      code
      message
      path
    }
  }
}
`;

const LOG_IN = `# The same account again, in another session.
mutation LogIn {
  login(
    username: "ana"
    password: "correct-horse-battery-42"
  ) {
    accessToken
    refreshToken
    expiresAt
    viewer {
      roles
      permissions
    }
    userErrors {
      code
      message
      path
    }
  }
}
`;

const ME = `# Who am I, and what may I do?
# Both are null when signed out.
query Me {
  me {
    id
    username
    displayName
    status
    roles {
      name
    }
  }
  viewer {
    roles
    permissions
  }
}
`;

const CAN_I = `# For gating a screen: one question,
# or many in one call.
query CanI {
  can(permission: "user:read")
  canEach(
    permissions: ["role:write", "access:explain"]
  ) {
    permission
    allowed
    reason
  }
}
`;

const USERS = `# Requires \`user:read\`. Without it the field is
# null and the error repeats the rule: sign in
# as an administrator to see users.
query Users {
  users(first: 10) {
    nodes {
      id
      username
      roles {
        name
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    totalCount
  }
}
`;

const CREATE_ROLE = `# Requires \`role:write\`. Run it twice: a name that
# is taken is told in userErrors.
mutation CreateRole {
  roleCreate(
    input: {
      name: "clerk"
      description: "Handles incoming invoices"
    }
  ) {
    role {
      id
      name
    }
    userErrors {
      code
      message
      path
    }
  }
}
`;

const WHY = `# Why may someone do something, or why not?
# Others than oneself: requires \`access:explain\`.
query Why(
  $userId: ID!
  $permission: PermissionName!
) {
  explainAccess(
    userId: $userId
    permission: $permission
  ) {
    decision {
      allowed
      reason
    }
    summary
    paths {
      text
      isActive
    }
    hasMorePaths
  }
}
`;

const WHY_VARIABLES = `{
  // your own id, filled in once you signed in
  "userId": "",
  "permission": "role:write"
}
`;

/** The tabs a newcomer finds, in the order to run them. */
export const EXAMPLES: readonly Example[] = [
  { title: "Sign up", operationName: "SignUp", query: SIGN_UP },
  { title: "Log in", operationName: "LogIn", query: LOG_IN },
  { title: "Me", operationName: "Me", query: ME },
  { title: "Can I?", operationName: "CanI", query: CAN_I },
  { title: "Users", operationName: "Users", query: USERS },
  { title: "Create a role", operationName: "CreateRole", query: CREATE_ROLE },
  { title: "Why?", operationName: "Why", query: WHY, variables: WHY_VARIABLES },
];

export function exampleNamed(operationName: string | null | undefined): Example | undefined {
  return EXAMPLES.find((example) => example.operationName === operationName);
}
