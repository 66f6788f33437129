//! Lists of output values.
//!
//! Both resolve to what a `Vec` does. async-graphql makes a future of each item of a `Vec`, and an allocation that wakes
//! it; most items need neither.

use async_graphql::parser::types::Field;
use async_graphql::{ContextSelectionSet, OutputType, Positioned, ScalarType, ServerResult, Value};
use futures_util::future::{BoxFuture, try_join_all};
use std::future::poll_fn;
use std::marker::PhantomData;
use std::mem;
use std::task::Poll;

/// The type of an output value in the schema: a list of these items.
macro_rules! is_a_list_of {
    ($item:ty) => {
        fn type_name() -> std::borrow::Cow<'static, str> {
            Vec::<$item>::type_name()
        }

        fn qualified_type_name() -> String {
            Vec::<$item>::qualified_type_name()
        }

        fn create_type_info(registry: &mut async_graphql::registry::Registry) -> String {
            Vec::<$item>::create_type_info(registry)
        }
    };
}

pub(crate) use is_a_list_of;

/// List of output values. The code that awaits the items is compiled once, and not for each type of item.
#[derive(Debug)]
pub struct List<'a, T>(Vec<&'a T>);

impl<'a, T> FromIterator<&'a T> for List<'a, T> {
    fn from_iter<I: IntoIterator<Item = &'a T>>(items: I) -> Self {
        Self(items.into_iter().collect())
    }
}

impl<T: OutputType> OutputType for List<'_, T> {
    is_a_list_of!(T);

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        let items = self.0.iter().enumerate().map(|(index, item)| -> BoxFuture<'_, ServerResult<Value>> {
            let ctx = ctx.with_index(index);
            Box::pin(async move { item.resolve(&ctx, field).await.map_err(|error| ctx.set_error_path(error)) })
        });
        all(items.collect()).await.map(Value::List)
    }
}

/// Awaits items at the same time, so that they load what they need together. Those that are ready at once are not kept.
async fn all(items: Vec<BoxFuture<'_, ServerResult<Value>>>) -> ServerResult<Vec<Value>> {
    let mut values = vec![Value::Null; items.len()];
    let mut waiting = Vec::new();
    let mut items = items.into_iter().enumerate();
    poll_fn(|cx| {
        for (index, mut item) in items.by_ref() {
            match item.as_mut().poll(cx) {
                Poll::Ready(value) => put(&mut values, index, value?),
                Poll::Pending => waiting.push((index, item)),
            }
        }
        Poll::Ready(ServerResult::Ok(()))
    })
    .await?;
    let (indices, waiting): (Vec<usize>, Vec<_>) = waiting.into_iter().unzip();
    for (index, value) in indices.into_iter().zip(try_join_all(waiting).await?) {
        put(&mut values, index, value);
    }
    Ok(values)
}

fn put(values: &mut [Value], index: usize, value: Value) {
    if let Some(place) = values.get_mut(index) {
        drop(mem::replace(place, value));
    }
}

/// List of scalars whose values are strings.
#[derive(Debug)]
pub struct Texts<'a, T> {
    texts: Vec<&'a str>,
    scalar: PhantomData<fn() -> T>,
}

impl<'a, T> FromIterator<&'a str> for Texts<'a, T> {
    fn from_iter<I: IntoIterator<Item = &'a str>>(texts: I) -> Self {
        Self { texts: texts.into_iter().collect(), scalar: PhantomData }
    }
}

impl<T: ScalarType + OutputType> OutputType for Texts<'_, T> {
    is_a_list_of!(T);

    async fn resolve(&self, _: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        Ok(Value::List(self.texts.iter().map(|&text| Value::String(text.to_owned())).collect()))
    }
}
