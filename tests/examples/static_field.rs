//! Baseline of `scripts/bench`: one static field on the stock endpoint of the same stack.

use async_graphql::{EmptyMutation, EmptySubscription, Object, Schema};
use async_graphql_poem::GraphQL;
use poem::listener::TcpListener;
use poem::{Route, Server, post};

struct Query;

#[Object]
impl Query {
    async fn hello(&self) -> &'static str {
        "world"
    }
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8089".to_owned());
    let schema = Schema::new(Query, EmptyMutation, EmptySubscription);
    Server::new(TcpListener::bind(address)).run(Route::new().at("/graphql", post(GraphQL::new(schema)))).await
}
