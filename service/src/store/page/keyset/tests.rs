use super::super::{count_each, fetch_each};
use super::*;
use entity::permission::{ActiveModel, Column, Entity, Model};
use sea_orm::{ConnectOptions, DatabaseConnection, IntoActiveModel, Schema};

/// Seven rows in an order of their own; some share a name, one of them not in ASCII.
fn rows() -> Vec<Model> {
    let names = ["b", "a", "B", "b", "é", "a", "b"];
    let row = |(place, name): (usize, &&str)| Model {
        // Not in the order of names, and with the high bit set in one of them.
        id: Uuid::from_u128([4, 9, 2, 7, 1 << 127, 3, 6][place]),
        name: format!("{name}{place}"),
        resource: (*name).to_owned(),
        description: None,
        is_system: false,
        // The third has no fraction of a second, which SQLite writes shorter.
        created_at: DateTime::from_timestamp_millis([5_500, 5_001, 5_000, 5_500, 9, 5_999, 5_001][place])
            .expect("a small number of milliseconds"),
    };
    names.iter().enumerate().map(row).collect()
}

async fn database() -> DatabaseConnection {
    let mut options = ConnectOptions::new("sqlite::memory:");
    options.max_connections(1);
    let database = sea_orm::Database::connect(options).await.expect("an embedded database");
    let table = Schema::new(DbBackend::Sqlite).create_table_from_entity(Entity);
    database.execute(&table).await.expect("a new table");
    let rows = rows().into_iter().map(IntoActiveModel::into_active_model).collect::<Vec<ActiveModel>>();
    Entity::insert_many(rows).exec_without_returning(&database).await.expect("rows that fit");
    database
}

fn sorted(keyset: Keyset<Column>) -> Vec<(Cursor, Model)> {
    let mut items: Vec<_> =
        rows().into_iter().map(|row| (keyset.cursor::<Entity>(&row).expect("columns of these types"), row)).collect();
    items.sort_by(|(a, _), (b, _)| (&a.key, a.id).cmp(&(&b.key, b.id)));
    if keyset.direction == Direction::Descending {
        items.reverse();
    }
    items
}

/// The page cut out of the whole list.
fn page_of<T>(items: Vec<(Cursor, T)>, request: &PageRequest) -> Page<T> {
    let position = |cursor: &Option<Cursor>| {
        cursor.as_ref().and_then(|cursor| items.iter().position(|(at, _)| at.id == cursor.id))
    };
    let start = position(&request.after).map_or(0, |at| at + 1);
    let end = position(&request.before).unwrap_or(items.len()).max(start);
    let (from, to) = match request.from {
        PageEnd::Start => (start, end.min(start + request.limit)),
        PageEnd::End => (start.max(end.saturating_sub(request.limit)), end),
    };
    let (has_previous, has_next) = (from > 0, to < items.len());
    Page { items: items.into_iter().skip(from).take(to - from).collect(), has_next, has_previous }
}

#[tokio::test]
async fn every_page_is_a_slice_of_the_whole_list() {
    let database = database().await;
    for key in [SortKey::Text(Column::Resource), SortKey::Time(Column::CreatedAt)] {
        for direction in [Direction::Ascending, Direction::Descending] {
            let keyset = Keyset { id: Column::Id, key, direction };
            let whole = sorted(keyset);
            for request in requests(&whole) {
                let page = fetch(Entity::find(), keyset, &request, &database).await.expect("a page");
                let expected = page_of(whole.clone(), &request);
                assert_eq!(page.items, expected.items, "{keyset:?} {request:?}");
                assert_eq!(
                    (page.has_next, page.has_previous),
                    (expected.has_next, expected.has_previous),
                    "{keyset:?} {request:?}"
                );
            }
        }
    }
}

#[tokio::test]
async fn many_lists_are_read_as_if_each_were_alone() {
    let database = database().await;
    let resources = ["b", "a", "nowhere", "é", "b"];
    let list = |resource: &&str| Entity::find().filter(Column::Resource.eq(*resource));
    let lists = || resources.iter().map(list).collect::<Vec<_>>();
    for direction in [Direction::Ascending, Direction::Descending] {
        let keyset = Keyset { id: Column::Id, key: SortKey::Time(Column::CreatedAt), direction };
        for request in requests(&sorted(keyset)) {
            let pages = fetch_each(lists(), keyset, &request, &database).await.expect("pages");
            assert_eq!(pages.len(), resources.len());
            for (query, page) in lists().into_iter().zip(pages) {
                let alone = fetch(query, keyset, &request, &database).await.expect("a page");
                assert_eq!(page.items, alone.items, "{direction:?} {request:?}");
                assert_eq!((page.has_next, page.has_previous), (alone.has_next, alone.has_previous), "{request:?}");
            }
        }
    }
    assert_eq!(count_each(lists(), &database).await.expect("numbers"), [3, 2, 0, 1, 3]);
    assert_eq!(count_each(Vec::<Select<Entity>>::new(), &database).await.expect("nothing"), [0; 0]);
}

/// Every request of up to `n + 1` items, from either end, between any two cursors.
fn requests(whole: &[(Cursor, Model)]) -> Vec<PageRequest> {
    let mut requests = Vec::new();
    let bounds = |from: usize| std::iter::once(None).chain((from..whole.len()).map(Some));
    for after in bounds(0) {
        for before in bounds(after.map_or(0, |place| place + 1)) {
            for limit in 0..=whole.len() + 1 {
                for from in [PageEnd::Start, PageEnd::End] {
                    let cursor = |place: Option<usize>| place.map(|place| whole[place].0.clone());
                    requests.push(PageRequest { limit, from, after: cursor(after), before: cursor(before) });
                }
            }
        }
    }
    requests
}

#[tokio::test]
async fn a_cursor_of_another_order_is_refused() {
    let database = database().await;
    let keyset = Keyset { id: Column::Id, key: SortKey::Text(Column::Name), direction: Direction::Ascending };
    let keys = [CursorKey::Id, CursorKey::Number(1), CursorKey::Text("a\0".to_owned())];
    for key in keys {
        let after = Some(Cursor { key, id: Uuid::nil() });
        let request = PageRequest { limit: 1, from: PageEnd::Start, after, before: None };
        let refused = fetch(Entity::find(), keyset, &request, &database).await;
        assert!(matches!(refused, Err(Error::BadInput(_))));
    }
}
