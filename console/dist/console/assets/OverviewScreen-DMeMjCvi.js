import{n as e,p as t,u as n,v as r}from"./vendor-bMbatu4Y.js";import{r as i,s as a}from"./request-CTdSY-iy.js";import{n as o,t as s}from"./Screen-CgWt0PeS.js";import{t as c}from"./answers-Bqsd2rew.js";import{_ as l,v as u,w as d}from"./index-DIg5OZaB.js";import{t as f}from"./Card-C-gzhWi_.js";import{r as p}from"./shell-CebDUw4p.js";import{r as m,t as h}from"./Stack-C0-xlrlY.js";import{n as g,r as _,t as v}from"./links-BpYGOYLI.js";import{n as y,t as b}from"./When-DpeTpLA6.js";import{t as x}from"./Sentence-BluSY7lK.js";import{t as S}from"./Tabs-B768Seh1.js";var C=p(`
  query OverviewCounts {
    users(first: 0) { totalCount }
    roles(first: 0) { totalCount }
    permissions(first: 0) { totalCount }
    sessions(first: 0) { totalCount }
  }
`),w=p(`
  query OverviewDenials($first: Int!) {
    auditLog(first: $first, filter: { outcome: [DENIED] }) { nodes { id at summary } }
  }
`),T=p(`
  query OverviewExpiring($first: Int!, $before: DateTime!) {
    accessReport(first: $first, filter: { expiringBefore: $before }) {
      totalCount
      nodes { user { id username } role { id name } permission { id name } expiresAt }
    }
  }
`),E=p(`
  query OverviewDirect($first: Int!) {
    users(first: $first, filter: { hasDirectPermissions: true }) {
      totalCount
      nodes { id username directPermissions { id name } }
    }
  }
`),D=p(`
  query OverviewUnused($first: Int!, $days: Int!) {
    roles(first: $first, filter: { unusedForDays: $days, isSystem: false }) {
      totalCount
      nodes { id name authorizedUsers(first: 0) { totalCount } }
    }
  }
`),O=p(`
  query OverviewProgress {
    permissions(first: 0, filter: { isSystem: false }) { totalCount }
    roles(first: 5, filter: { isSystem: false }) { nodes { id isDefault } }
    users(first: 0) { totalCount }
    sessions(first: 2) { nodes { id isCurrent } }
  }
`),k=r(),A=[`users`,`roles`,`permissions`,`sessions`],j=new Intl.NumberFormat;function M(){let e=u(C,{});return(0,k.jsx)(d,{query:e,children:(e,t)=>(0,k.jsx)(`div`,{className:`figures`,children:A.map(r=>(0,k.jsxs)(f,{error:l(t,r),children:[(0,k.jsx)(a,{className:`figure`,children:j.format(e[r]?.totalCount??0)}),(0,k.jsx)(n,{to:`/${r}`,className:`link`,children:c.overview.figures[r]})]},r))})})}var N=6,P=7,F=90;function I(){let e=u(w,{first:N});return(0,k.jsx)(V,{title:c.overview.denials,query:e,field:`auditLog`,children:({auditLog:e})=>(0,k.jsx)(H,{empty:c.overview.noDenials,rows:(e?.nodes??[]).map(({id:e,at:t,summary:r})=>({key:e,left:(0,k.jsx)(n,{to:`/audit`,search:{event:e,outcome:`DENIED`},className:`link`,children:(0,k.jsx)(x,{text:r})}),right:(0,k.jsx)(y,{at:t})}))})})}function L(){let e=u(T,{first:N,before:B(P)});return(0,k.jsx)(V,{title:c.overview.expiring,query:e,field:`accessReport`,children:({accessReport:e})=>(0,k.jsx)(H,{empty:c.overview.noExpiring,total:e?.totalCount,rows:(e?.nodes??[]).map(({user:e,role:t,permission:n,expiresAt:r})=>({key:`${e.id} ${t?.id??n?.id}`,left:(0,k.jsxs)(k.Fragment,{children:[(0,k.jsx)(_,{user:e}),`: `,t&&(0,k.jsx)(g,{role:t}),n&&(0,k.jsx)(v,{permission:n})]}),right:(0,k.jsx)(b,{at:r})}))})})}function R(){let e=u(E,{first:N});return(0,k.jsx)(V,{title:c.overview.direct,query:e,field:`users`,children:({users:e})=>(0,k.jsx)(H,{empty:c.overview.noDirect,total:e?.totalCount,rows:(e?.nodes??[]).map(e=>({key:e.id,left:(0,k.jsx)(_,{user:e}),right:(0,k.jsx)(`span`,{className:`name`,children:(e.directPermissions??[]).map(({name:e})=>e).join(`, `)})}))})})}function z(){let e=u(D,{first:N,days:F});return(0,k.jsx)(V,{title:c.overview.unused(F),query:e,field:`roles`,children:({roles:e})=>(0,k.jsx)(H,{empty:c.overview.noUnused,total:e?.totalCount,rows:(e?.nodes??[]).map(e=>({key:e.id,left:(0,k.jsx)(g,{role:e}),right:c.overview.members(e.authorizedUsers?.totalCount??null)}))})})}function B(e){let t=new Date;return new Date(t.getFullYear(),t.getMonth(),t.getDate()+e+1).toISOString()}function V({title:e,query:t,field:n,children:r}){return(0,k.jsx)(f,{title:e,error:l(t.data,n),children:(0,k.jsx)(d,{query:t,children:r})})}function H({empty:e,total:t=0,rows:n}){return n.length===0?(0,k.jsx)(a,{className:`faint`,children:e}):(0,k.jsxs)(k.Fragment,{children:[(0,k.jsx)(`ul`,{className:`plain-list`,children:n.map(({key:e,left:t,right:n})=>(0,k.jsxs)(m,{component:`li`,justify:`space-between`,gap:`sm`,wrap:`nowrap`,py:3,children:[(0,k.jsx)(`span`,{children:t}),(0,k.jsx)(a,{span:!0,className:`faint`,size:`sm`,ta:`right`,children:n})]},e))}),t>n.length&&(0,k.jsx)(a,{className:`faint`,size:`sm`,children:c.overview.more(t-n.length)})]})}var U={fetch:e=>`const response = await fetch("${e}/graphql", {
  method: "POST",
  headers: { "content-type": "application/json", authorization: \`Bearer \${accessToken}\` },
  body: JSON.stringify({ query: "{ viewer { user { username } permissions } }" }),
});
const { data, errors } = await response.json();`,urql:e=>`import { cacheExchange, Client, fetchExchange } from "urql";

export const client = new Client({
  url: "${e}/graphql",
  exchanges: [cacheExchange, fetchExchange],
  fetchOptions: () => ({ headers: { authorization: \`Bearer \${accessToken}\` } }),
});`,Apollo:e=>`import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from "@apollo/client";

const authorized = new ApolloLink((operation, forward) => {
  operation.setContext({ headers: { authorization: \`Bearer \${accessToken}\` } });
  return forward(operation);
});
export const client = new ApolloClient({
  cache: new InMemoryCache(),
  link: authorized.concat(new HttpLink({ uri: "${e}/graphql" })),
});`,"Vite proxy":e=>`// vite.config.ts: the page and the API have one origin, so that cookies work without CORS.
export default defineConfig({
  server: { proxy: { "/graphql": "${e}" } },
});`},W=Object.keys(U);function G({progress:e}){let{start:t}=c;return(0,k.jsx)(f,{title:t.title,children:(0,k.jsxs)(`ol`,{className:`plain-list steps`,children:[(0,k.jsx)(K,{isDone:e.permissions,title:t.permissions,children:(0,k.jsx)(n,{to:`/permissions`,className:`link`,children:t.permissionsLink})}),(0,k.jsx)(K,{isDone:e.roles,title:t.roles,children:(0,k.jsx)(n,{to:`/roles`,className:`link`,children:t.rolesLink})}),(0,k.jsxs)(K,{isDone:e.people,title:t.people,children:[(0,k.jsx)(n,{to:`/import`,className:`link`,children:t.importLink}),` `,t.or,` `,(0,k.jsx)(n,{to:`/users`,className:`link`,children:t.inviteLink})]}),(0,k.jsx)(K,{isDone:e.app,title:t.app,children:(0,k.jsx)(q,{})})]})})}function K({isDone:e,title:t,children:n}){return(0,k.jsxs)(`li`,{children:[(0,k.jsx)(`span`,{role:`img`,"aria-label":e?c.start.done:c.start.open,className:e?`allowed`:`faint`,children:e?`✓`:`○`}),(0,k.jsxs)(h,{gap:4,flex:1,miw:0,children:[(0,k.jsx)(a,{fw:600,children:t}),(0,k.jsx)(`div`,{children:n})]})]})}function q(){return(0,k.jsxs)(h,{gap:`xs`,children:[(0,k.jsx)(a,{className:`faint`,children:c.start.appHint}),(0,k.jsxs)(S,{defaultValue:W[0]??null,keepMounted:!1,children:[(0,k.jsx)(S.List,{children:W.map(e=>(0,k.jsx)(S.Tab,{value:e,children:e},e))}),W.map(e=>{let t=U[e](location.origin);return(0,k.jsxs)(S.Panel,{value:e,pt:`xs`,children:[(0,k.jsx)(`pre`,{className:`source`,tabIndex:0,role:`region`,"aria-label":c.start.code(e),children:t}),(0,k.jsx)(o,{label:c.policy.copy,value:()=>t})]},e)})]})]})}function J({permissions:e,roles:t,users:n,sessions:r}){return{permissions:(e?.totalCount??0)>0,roles:(t?.nodes??[]).some(({isDefault:e})=>!e),people:(n?.totalCount??0)>1,app:(r?.nodes??[]).some(({isCurrent:e})=>!e)}}function Y({permissions:e,roles:t,people:n}){return!e||!t||!n}var X=`get-started`,Z=3e3;function Q(){let r=e().hash===X,{data:a}=t({queryKey:[`progress`],queryFn:async()=>J((await i(O,{})).data),refetchInterval:({state:e})=>e.data&&Object.values(e.data).every(Boolean)?!1:Z}),o=r||a!==void 0&&Y(a);return(0,k.jsxs)(s,{title:c.overview.title,name:c.overview.title,operation:{document:C,variables:{}},actions:!o&&(0,k.jsx)(n,{to:`/`,hash:X,className:`link`,children:c.start.title}),children:[o&&a&&(0,k.jsx)(G,{progress:a}),(0,k.jsx)(M,{}),(0,k.jsxs)(`div`,{className:`cards`,children:[(0,k.jsx)(I,{}),(0,k.jsx)(L,{}),(0,k.jsx)(R,{}),(0,k.jsx)(z,{})]})]})}export{Q as default};