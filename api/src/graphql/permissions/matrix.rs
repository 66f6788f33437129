//! GraphQL types of the permission matrix.

use super::Permission;
use crate::graphql::connection::PageInfo;
use crate::graphql::context::request;
use crate::graphql::entity::Entity;
use crate::graphql::guard::directives::inherit;
use crate::graphql::id::{self, EntityType};
use crate::graphql::list::List;
use crate::graphql::roles::Role;
use async_graphql::{Context, ID, Object, Result};
use engine::{PermissionId, Policy, RoleId};
use service::page::Page;
use service::permissions::matrix::{self, Cell};
use std::sync::{Arc, OnceLock};

/// Values that one cell counts for in the size of a response.
const VALUES: usize = 3;

/// Roles against permissions.
#[derive(Debug)]
pub struct PermissionMatrix {
    roles: Page<RoleId>,
    permissions: Page<PermissionId>,
    policy: Arc<Policy>,
    /// Computed when they are selected.
    cells: OnceLock<Vec<MatrixCell>>,
}

/// Filled cell of a matrix.
#[derive(Debug)]
pub struct MatrixCell {
    cell: Cell,
    policy: Arc<Policy>,
}

impl PermissionMatrix {
    /// The matrix of these roles and permissions.
    #[must_use]
    pub fn new(roles: Page<RoleId>, permissions: Page<PermissionId>, policy: Arc<Policy>) -> Self {
        Self { roles, permissions, policy, cells: OnceLock::new() }
    }

    fn filled(&self) -> &[MatrixCell] {
        self.cells.get_or_init(|| {
            let cells = matrix::cells(&self.policy, &ids(&self.roles), &ids(&self.permissions));
            cells.into_iter().map(|cell| MatrixCell { cell, policy: Arc::clone(&self.policy) }).collect()
        })
    }
}

/// Roles against permissions: which role holds which permission, and from where. Roles and permissions have pages of their
/// own; the cells are those of both pages.
#[Object]
impl PermissionMatrix {
    /// Roles of the page, the columns, sorted by name.
    #[graphql(directive = inherit::apply())]
    async fn roles(&self) -> Vec<Entity<Role>> {
        Role::all(&self.policy, ids(&self.roles))
    }

    /// Position of the page in the list of roles.
    async fn role_page_info(&self) -> PageInfo {
        PageInfo::of(&self.roles)
    }

    /// Permissions of the page, the rows, sorted by resource and action.
    #[graphql(directive = inherit::apply())]
    async fn permissions(&self) -> Vec<Entity<Permission>> {
        Permission::all(&self.policy, ids(&self.permissions))
    }

    /// Position of the page in the list of permissions.
    async fn permission_page_info(&self) -> PageInfo {
        PageInfo::of(&self.permissions)
    }

    /// Filled cells, by permission and then by role. A role that does not hold a permission has no cell for it.
    async fn cells(&self, ctx: &Context<'_>) -> Result<List<'_, MatrixCell>> {
        let cells = self.filled();
        request(ctx).reserve(cells.len().saturating_mul(VALUES))?;
        Ok(cells.iter().collect())
    }
}

/// Filled cell of a matrix: a permission that a role holds.
#[Object]
impl MatrixCell {
    /// Id of the role.
    async fn role_id(&self) -> ID {
        id::encode(EntityType::Role, self.cell.role.uuid())
    }

    /// Id of the permission.
    async fn permission_id(&self) -> ID {
        id::encode(EntityType::Permission, self.cell.permission.uuid())
    }

    /// Whether the permission is granted to the role itself. It may be inherited as well.
    async fn is_direct(&self) -> bool {
        self.cell.is_direct
    }

    /// Roles from which the permission is inherited, sorted by name.
    #[graphql(directive = inherit::apply())]
    async fn inherited_from(&self) -> Vec<Entity<Role>> {
        Role::all(&self.policy, self.cell.inherited_from.iter().copied())
    }
}

fn ids<Id: Copy>(page: &Page<Id>) -> Vec<Id> {
    page.items.iter().map(|&(_, id)| id).collect()
}
