import{g as e,n as t,u as n,x as r}from"./vendor-DnGGznAG.js";import{a as i,d as a,l as o}from"./shell-DCyA33z5.js";import{t as s}from"./Screen-C_fvdFxK.js";import{t as c}from"./answers-CH88ZP70.js";import{D as l,b as u,s as d,x as f}from"./index-CiaPOeud.js";import{t as p}from"./Card-CqQ-yzB2.js";import{i as m,t as h}from"./Stack-yadMq6Ci.js";import{n as g,r as _,t as v}from"./links-Bs_a5Oi9.js";import{n as y,t as b}from"./When-MWJnRnw_.js";import{t as x}from"./Sentence-BzDvCAxU.js";import{t as S}from"./Tabs-CI6U5Wd1.js";var C=o(`
  query OverviewCounts {
    users(first: 0) { totalCount }
    roles(first: 0) { totalCount }
    permissions(first: 0) { totalCount }
    sessions(first: 0) { totalCount }
  }
`),w=o(`
  query OverviewDenials($first: Int!) {
    auditLog(first: $first, filter: { outcome: [DENIED] }) { nodes { id at summary } }
  }
`),T=o(`
  query OverviewExpiring($first: Int!, $before: DateTime!) {
    accessReport(first: $first, filter: { expiringBefore: $before }) {
      totalCount
      nodes { user { id username } role { id name } permission { id name } expiresAt }
    }
  }
`),E=o(`
  query OverviewDirect($first: Int!) {
    users(first: $first, filter: { hasDirectPermissions: true }) {
      totalCount
      nodes { id username directPermissions { id name } }
    }
  }
`),D=o(`
  query OverviewUnused($first: Int!, $days: Int!) {
    roles(first: $first, filter: { unusedForDays: $days, isSystem: false }) {
      totalCount
      nodes { id name authorizedUsers(first: 0) { totalCount } }
    }
  }
`),O=o(`
  query OverviewProgress {
    permissions(first: 0, filter: { isSystem: false }) { totalCount }
    roles(first: 5, filter: { isSystem: false }) { nodes { id isDefault } }
    users(first: 0) { totalCount }
    sessions(first: 2) { nodes { id isCurrent } }
  }
`),k=r(),A=[`users`,`roles`,`permissions`,`sessions`],j=new Intl.NumberFormat;function M(){let e=f(C,{});return(0,k.jsx)(l,{query:e,children:(e,t)=>(0,k.jsx)(`div`,{className:`figures`,children:A.map(r=>(0,k.jsxs)(p,{error:u(t,r),children:[(0,k.jsx)(a,{className:`figure`,children:j.format(e[r]?.totalCount??0)}),(0,k.jsx)(n,{to:`/${r}`,className:`link`,children:c.overview.figures[r]})]},r))})})}var N=6,P=7,F=90;function I(){let e=f(w,{first:N});return(0,k.jsx)(V,{title:c.overview.denials,query:e,field:`auditLog`,children:({auditLog:e})=>(0,k.jsx)(H,{empty:c.overview.noDenials,rows:(e?.nodes??[]).map(({id:e,at:t,summary:r})=>({key:e,left:(0,k.jsx)(n,{to:`/audit`,search:{event:e,outcome:`DENIED`},className:`link`,children:(0,k.jsx)(x,{text:r})}),right:(0,k.jsx)(y,{at:t})}))})})}function L(){let e=f(T,{first:N,before:B(P)});return(0,k.jsx)(V,{title:c.overview.expiring,query:e,field:`accessReport`,children:({accessReport:e})=>(0,k.jsx)(H,{empty:c.overview.noExpiring,total:e?.totalCount,rows:(e?.nodes??[]).map(({user:e,role:t,permission:n,expiresAt:r})=>({key:`${e.id} ${t?.id??n?.id}`,left:(0,k.jsxs)(k.Fragment,{children:[(0,k.jsx)(_,{user:e}),`: `,t&&(0,k.jsx)(g,{role:t}),n&&(0,k.jsx)(v,{permission:n})]}),right:(0,k.jsx)(b,{at:r})}))})})}function R(){let e=f(E,{first:N});return(0,k.jsx)(V,{title:c.overview.direct,query:e,field:`users`,children:({users:e})=>(0,k.jsx)(H,{empty:c.overview.noDirect,total:e?.totalCount,rows:(e?.nodes??[]).map(e=>({key:e.id,left:(0,k.jsx)(_,{user:e}),right:(0,k.jsx)(`span`,{className:`name`,children:(e.directPermissions??[]).map(({name:e})=>e).join(`, `)})}))})})}function z(){let e=f(D,{first:N,days:F});return(0,k.jsx)(V,{title:c.overview.unused(F),query:e,field:`roles`,children:({roles:e})=>(0,k.jsx)(H,{empty:c.overview.noUnused,total:e?.totalCount,rows:(e?.nodes??[]).map(e=>({key:e.id,left:(0,k.jsx)(g,{role:e}),right:c.overview.members(e.authorizedUsers?.totalCount??null)}))})})}function B(e){let t=new Date;return new Date(t.getFullYear(),t.getMonth(),t.getDate()+e+1).toISOString()}function V({title:e,query:t,field:n,children:r}){return(0,k.jsx)(p,{title:e,error:u(t.data,n),children:(0,k.jsx)(l,{query:t,children:r})})}function H({empty:e,total:t=0,rows:n}){return n.length===0?(0,k.jsx)(a,{className:`faint`,children:e}):(0,k.jsxs)(k.Fragment,{children:[(0,k.jsx)(`ul`,{className:`plain-list`,children:n.map(({key:e,left:t,right:n})=>(0,k.jsxs)(m,{component:`li`,justify:`space-between`,gap:`sm`,wrap:`nowrap`,py:3,children:[(0,k.jsx)(`span`,{children:t}),(0,k.jsx)(a,{span:!0,className:`faint`,size:`sm`,ta:`right`,style:{flexShrink:0,maxWidth:`60%`},children:n})]},e))}),t>n.length&&(0,k.jsx)(a,{className:`faint`,size:`sm`,children:c.overview.more(t-n.length)})]})}var U={fetch:e=>`const response = await fetch("${e}/graphql", {
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
});`},W=Object.keys(U);function G({progress:e}){let{start:t}=c;return(0,k.jsx)(p,{title:t.title,children:(0,k.jsxs)(`ol`,{className:`plain-list steps`,children:[(0,k.jsx)(K,{isDone:e.permissions,title:t.permissions,children:(0,k.jsx)(n,{to:`/permissions`,className:`link`,children:t.permissionsLink})}),(0,k.jsx)(K,{isDone:e.roles,title:t.roles,children:(0,k.jsx)(n,{to:`/roles`,className:`link`,children:t.rolesLink})}),(0,k.jsxs)(K,{isDone:e.people,title:t.people,children:[(0,k.jsx)(n,{to:`/import`,className:`link`,children:t.importLink}),` `,t.or,` `,(0,k.jsx)(n,{to:`/users`,className:`link`,children:t.inviteLink})]}),(0,k.jsx)(K,{isDone:e.app,title:t.app,children:(0,k.jsx)(q,{})})]})})}function K({isDone:e,title:t,children:n}){return(0,k.jsxs)(`li`,{children:[(0,k.jsx)(`span`,{role:`img`,"aria-label":e?c.start.done:c.start.open,className:e?`allowed`:`faint`,children:e?`✓`:`○`}),(0,k.jsxs)(h,{gap:4,flex:1,miw:0,children:[(0,k.jsx)(a,{fw:600,children:t}),(0,k.jsx)(`div`,{children:n})]})]})}function q(){return(0,k.jsxs)(h,{gap:`xs`,children:[(0,k.jsx)(a,{className:`faint`,children:c.start.appHint}),(0,k.jsxs)(S,{defaultValue:`0`,keepMounted:!1,children:[(0,k.jsx)(S.List,{children:W.map((e,t)=>(0,k.jsx)(S.Tab,{value:String(t),children:e},e))}),W.map((e,t)=>{let n=U[e](location.origin);return(0,k.jsxs)(S.Panel,{value:String(t),pt:`xs`,children:[(0,k.jsx)(`pre`,{className:`source`,tabIndex:0,role:`region`,"aria-label":c.start.code(e),children:n}),(0,k.jsx)(d,{label:c.policy.copy,value:()=>n})]},e)})]})]})}function J({permissions:e,roles:t,users:n,sessions:r}){return!e||!t||!n?null:{permissions:e.totalCount>0,roles:t.nodes.some(({isDefault:e})=>!e),people:n.totalCount>1,app:(r?.nodes??[]).some(({isCurrent:e})=>!e)}}function Y({permissions:e,roles:t,people:n}){return!e||!t||!n}var X=`get-started`,Z=3e3;function Q(){let r=t().hash===X,{data:a}=e({queryKey:[`progress`],queryFn:async()=>J((await i(O,{})).data),refetchInterval:({state:e})=>!Object.values(e.data??{}).every(Boolean)&&Z}),o=a?r||Y(a):!1;return(0,k.jsxs)(s,{title:c.overview.title,name:c.overview.title,operation:{document:C,variables:{}},actions:a&&!o&&(0,k.jsx)(n,{to:`/`,hash:X,className:`link`,children:c.start.title}),children:[o&&a&&(0,k.jsx)(G,{progress:a}),(0,k.jsx)(M,{}),(0,k.jsxs)(`div`,{className:`cards`,children:[(0,k.jsx)(I,{}),(0,k.jsx)(L,{}),(0,k.jsx)(R,{}),(0,k.jsx)(z,{})]})]})}export{Q as default};