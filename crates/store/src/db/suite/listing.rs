//! Cases for the rows of lists: they are in the order of the list, filtered and counted alike, and
//! change only where they differ.

use model::{Day, EntityId, Permille, Points, RunId, SignalId};

use super::{entity, signal};
use crate::Result;
use crate::db::{
    CompanyListing, Db, LeadFilter, LeadRank, ListedLead, ListedSignal, ReadTx, SignalFilter,
    SignalOrder, Urgency,
};

const TODAY: Day = Day(20_000);

fn id(number: u8) -> SignalId {
    SignalId([number; 16])
}

fn company(number: u8) -> EntityId {
    EntityId([number; 16])
}

fn listed(number: u8, start: i32, points: i32, score: i32, country: Option<&str>) -> ListedSignal {
    ListedSignal {
        signal: id(number),
        product: String::new(),
        kind: if number.is_multiple_of(2) { "even" } else { "odd" }.to_owned(),
        country: country.map(str::to_owned),
        start: Day(start),
        points: Points(points),
        score: Points(score),
        confidence: Permille::new(100 * u16::from(number)),
    }
}

fn listing(number: u8, points: i32, is_actionable: bool) -> CompanyListing {
    let lead = |product: &str, points: i32| ListedLead {
        product: product.to_owned(),
        points: Points(points),
        country: (number < 3).then(|| "DE".to_owned()),
        since: Day(19_990 + i32::from(number)),
        is_actionable,
    };
    CompanyListing {
        company: company(number),
        leads: vec![lead("", points), lead("p", points / 2)],
        signals: Vec::new(),
        hidden: Vec::new(),
    }
}

fn signals() -> Vec<ListedSignal> {
    vec![
        listed(1, 19_990, 300, 5_000, Some("DE")),
        listed(2, 19_990, 700, 5_000, Some("de")),
        listed(3, 19_995, 100, 900, Some("FR")),
        listed(4, 19_995, 100, 900, None),
        listed(5, 20_001, 900, 9_000, Some("DE")),
    ]
}

fn all() -> SignalFilter {
    SignalFilter {
        product: String::new(),
        day: TODAY,
        since: None,
        kinds: Vec::new(),
        countries: Vec::new(),
        score_min: None,
        confidence_min: None,
        among: None,
    }
}

async fn write(db: &Db, listings: Vec<CompanyListing>) {
    let written = db.write(Urgency::Normal, move |tx| {
        Box::pin(async move { tx.set_listings(&listings).await })
    });
    written.await.unwrap();
}

async fn found(db: &Db, filter: SignalFilter, order: SignalOrder) -> (Vec<u8>, Vec<String>) {
    let read = db.read(move |tx| {
        Box::pin(async move {
            let paged = paged(tx, &filter, order).await?;
            let counts = tx.listed_signal_counts(&filter).await?;
            Ok((paged, counts))
        })
    });
    let (paged, counts) = read.await.unwrap();
    let of = |count: &crate::db::KindInCountry| {
        format!("{} {} {}", count.kind, count.country.as_deref().unwrap_or("-"), count.total)
    };
    (paged, counts.iter().map(of).collect())
}

/// Reads a list in pages of two, and as a whole.
async fn paged(tx: &mut ReadTx, filter: &SignalFilter, order: SignalOrder) -> Result<Vec<u8>> {
    let whole = tx.listed_signals(filter, order, None, 100).await?;
    let (mut pieces, mut after) = (Vec::new(), None);
    loop {
        let page = tx.listed_signals(filter, order, after, 2).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.key(order));
        pieces.extend(page);
    }
    assert_eq!(pieces, whole);
    Ok(whole.iter().map(|place| place.signal.0[0]).collect())
}

pub async fn signals_are_listed_in_order_and_counted(db: Db) {
    let first = CompanyListing { signals: signals(), ..listing(1, 5_000, true) };
    write(&db, vec![first.clone()]).await;
    write(&db, vec![first.clone()]).await;
    let counts = ["even - 1", "even de 1", "odd DE 1", "odd FR 1"];
    let newest = found(&db, all(), SignalOrder::Newest).await;
    assert_eq!(newest.0, [3, 4, 2, 1]);
    let mut sorted = newest.1;
    sorted.sort();
    assert_eq!(sorted, counts);
    assert_eq!(found(&db, all(), SignalOrder::Score).await.0, [2, 1, 3, 4]);
    for (filter, expected) in [
        (SignalFilter { since: Some(Day(19_995)), ..all() }, vec![3, 4]),
        (SignalFilter { day: Day(20_001), ..all() }, vec![5, 3, 4, 2, 1]),
        (SignalFilter { kinds: vec!["odd".to_owned()], ..all() }, vec![3, 1]),
        (SignalFilter { countries: vec!["DE".to_owned(), "XX".to_owned()], ..all() }, vec![2, 1]),
        (SignalFilter { score_min: Some(Points(901)), ..all() }, vec![2, 1]),
        (SignalFilter { score_min: Some(Points(900)), ..all() }, vec![3, 4, 2, 1]),
        (SignalFilter { confidence_min: Some(Permille::new(300)), ..all() }, vec![3, 4]),
        (SignalFilter { among: Some(vec![id(1), id(5), id(9)]), ..all() }, vec![1]),
        (SignalFilter { among: Some(Vec::new()), ..all() }, vec![]),
        (SignalFilter { product: "p".to_owned(), ..all() }, vec![]),
    ] {
        let by_filter = found(&db, filter.clone(), SignalOrder::Newest).await;
        assert_eq!(by_filter.0, expected, "{filter:?}");
        if filter.kinds.is_empty() && filter.countries.is_empty() {
            let total: usize = by_filter
                .1
                .iter()
                .filter_map(|n| n.rsplit(' ').next()?.parse::<usize>().ok())
                .sum();
            assert_eq!(total, expected.len(), "{filter:?}");
        }
    }
    // A signal that was merged or withdrawn loses its row, one that changed is replaced.
    let changed = listed(2, 19_999, 1, 10, None);
    let second = CompanyListing {
        signals: vec![changed, listed(3, 19_995, 100, 900, Some("FR"))],
        hidden: vec![id(1), id(4), id(5)],
        ..first
    };
    write(&db, vec![second]).await;
    assert_eq!(found(&db, all(), SignalOrder::Newest).await.0, [2, 3]);
    let total = db.read(|tx| Box::pin(tx.listed_signal_total())).await.unwrap();
    assert_eq!(total, 2);
}

pub async fn leads_are_listed_in_order(db: Db) {
    let rows = vec![
        listing(1, 100, true),
        listing(2, 900, true),
        listing(3, 900, false),
        // Its only signal starts tomorrow.
        listing(4, 999, true),
        listing(0, 900, true),
    ];
    let late = CompanyListing {
        leads: rows[3]
            .leads
            .iter()
            .map(|l| ListedLead { since: Day(20_001), ..l.clone() })
            .collect(),
        ..rows[3].clone()
    };
    let rows: Vec<CompanyListing> = rows
        .into_iter()
        .map(|row| if row.company == late.company { late.clone() } else { row })
        .collect();
    write(&db, rows).await;
    let ask = async |product: &str, countries: &[&str], after: Option<LeadRank>| {
        let countries = countries.iter().map(|one| (*one).to_owned()).collect();
        let filter = LeadFilter { product: product.to_owned(), day: TODAY, countries };
        let read = db.read(move |tx| {
            Box::pin(async move {
                let places = tx.listed_leads(&filter, after, 10).await?;
                Ok((places, tx.listed_by_name_count(&filter).await?))
            })
        });
        read.await.unwrap()
    };
    let ids = |places: &[LeadRank]| places.iter().map(|one| one.company.0[0]).collect::<Vec<_>>();
    let (places, by_name) = ask("", &[], None).await;
    assert_eq!((ids(&places), by_name), (vec![0, 2, 1], 1));
    assert_eq!(ids(&ask("", &[], Some(places[0])).await.0), [2, 1]);
    assert_eq!(places[1], LeadRank { points: Points(900), company: company(2) });
    let (of_product, _) = ask("p", &["DE"], None).await;
    assert_eq!(of_product[2].points, Points(50));
    assert_eq!(ask("", &["FR"], None).await.1, 0);
    let between = async |after: EntityId, to: EntityId| {
        let (after, to) = (after.to_string(), to.to_string());
        let read =
            db.read(move |tx| Box::pin(async move { tx.listed_companies(&after, &to).await }));
        read.await.unwrap()
    };
    assert_eq!(between(company(1), company(3)).await, [company(2), company(3)]);
    // A company without rows is in no list.
    let gone = CompanyListing { leads: Vec::new(), ..listing(2, 0, true) };
    write(&db, vec![gone]).await;
    assert_eq!(ids(&ask("", &[], None).await.0), [0, 1]);
}

pub async fn the_company_of_a_signal_is_the_present_one(db: Db) {
    let ((left, left_id), (right, right_id)) = (entity("acme.example"), entity("acme.test"));
    let one = signal(left_id, "series_a", 800);
    let (stored, missing) = (one.id, id(9));
    let written = db.write(Urgency::Normal, move |tx| {
        Box::pin(async move {
            tx.add_entities(&[(&left, left_id), (&right, right_id)]).await?;
            tx.set_company(left_id, right_id).await?;
            let run = RunId::default();
            tx.set_signals(left_id, &run, &[&one], model::Timestamp(1)).await
        })
    });
    written.await.unwrap();
    let read = db.read(move |tx| {
        Box::pin(
            async move { tx.companies_of_signals(&[missing, stored], &RunId::default()).await },
        )
    });
    assert_eq!(read.await.unwrap(), [None, Some(right_id)]);
}
