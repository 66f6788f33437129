import{t as e}from"./mutation-CDm8agyD.js";import{t}from"./constraints-D8UF7q3N.js";import{f as n}from"./context-Bfg4-pPW.js";var r=n(`
  query Constraints {
    sodConstraints {
      id
      name
      description
      kind
      limit
      roles { id name }
      permissions { id name }
      bypassedByCount
      createdAt
    }
  }
`),i=n(`
  query Constraint($id: ID!) {
    sodConstraint(id: $id) {
      id
      name
      description
      kind
      limit
      roles { id name }
      permissions { id name }
      bypassedByCount
      createdAt
    }
  }
`),a=n(`
  query ConstraintHistory($id: ID!) {
    auditLog(first: 20, filter: { involvingId: $id }) { nodes { id at summary } }
  }
`),o=n(`
  mutation CreateConstraint($input: SodConstraintCreateInput!, $dryRun: Boolean!) {
    change: sodConstraintCreate(input: $input, dryRun: $dryRun) {
      impact { ...ImpactParts }
      bypassedByCount
      userErrors { ...ProblemParts }
    }
  }
`),s=n(`
  mutation UpdateConstraint($id: ID!, $input: SodConstraintUpdateInput!, $dryRun: Boolean!) {
    change: sodConstraintUpdate(id: $id, input: $input, dryRun: $dryRun) {
      impact { ...ImpactParts }
      bypassedByCount
      userErrors { ...ProblemParts }
    }
  }
`),c=n(`
  mutation AddConstraintRoles($id: ID!, $roleIds: [ID!]!, $dryRun: Boolean!) {
    change: sodConstraintAddRoles(id: $id, roleIds: $roleIds, dryRun: $dryRun) {
      impact { ...ImpactParts }
      bypassedByCount
      userErrors { ...ProblemParts }
    }
  }
`),l=n(`
  mutation RemoveConstraintRoles($id: ID!, $roleIds: [ID!]!) {
    change: sodConstraintRemoveRoles(id: $id, roleIds: $roleIds) { userErrors { ...ProblemParts } }
  }
`),u=n(`
  mutation DeleteConstraint($id: ID!) {
    change: sodConstraintDelete(id: $id) { userErrors { ...ProblemParts } }
  }
`);function d(n,r,i){let a={sign:`added`,text:t.lines.create(t.kinds[n.kind],n.limit??2,r.join(`, `))};return e({title:t.createTitle(n.name),sections:[{key:n.name,title:n.name,lines:[a]}],document:o,variables:e=>({input:n,dryRun:e}),payload:({change:e})=>e,notes:g,hasDryRun:!0,onSaved:i})}function f({id:n,name:r,limit:i,description:a},o){let c=[];return o.limit!==i&&c.push({sign:`set`,text:t.lines.limit(o.limit)}),o.description!==a&&c.push({sign:`set`,text:o.description?t.lines.description(o.description):t.lines.noDescription}),e({title:t.editTitle(r),sections:[{key:n,title:r,lines:c}],document:s,variables:e=>({id:n,input:{limit:o.limit,description:o.description},dryRun:e}),payload:({change:e})=>e,notes:g,hasDryRun:!0})}function p({id:n,name:r},i){return e({title:t.addTitle(i.name,r),sections:[{key:n,title:r,lines:[{sign:`added`,text:t.lines.add(i.name)}]}],document:c,variables:e=>({id:n,roleIds:[i.id],dryRun:e}),payload:({change:e})=>e,notes:g,hasDryRun:!0})}function m({id:n,name:r},i){return e({title:t.removeTitle(i.name,r),sections:[{key:n,title:r,lines:[{sign:`removed`,text:t.lines.add(i.name)}]}],document:l,variables:()=>({id:n,roleIds:[i.id]}),payload:({change:e})=>e,hasDryRun:!1})}function h({id:n,name:r},i){return e({title:t.deleteTitle(r),sections:[{key:n,title:r,lines:[{sign:`removed`,text:t.deleteLine}]}],isDanger:!0,document:u,variables:()=>({id:n}),payload:({change:e})=>e,hasDryRun:!1,nameToType:r,onSaved:i})}function g({change:e}){let n=e?.bypassedByCount??0;return n>0?[t.bypassedNote(n)]:[]}export{f as a,r as c,m as i,d as n,a as o,h as r,i as s,p as t};