//! Runs the cases of a trait's one suite against each of its engines.

/// What opens an engine: nothing where the machine has none, else the engine and what must be kept as
/// long as it.
pub(crate) type Opened<Engine, Kept> = Option<(Engine, Kept)>;

/// `suite!(engine, another: [a_case, another_case])`: a module for each engine, a test for each case.
macro_rules! suite {
    ($($(#[$when:meta])? $engine:ident),+: $cases:tt) => {
        $(suite!(@engine $(#[$when])? $engine $cases);)+
    };
    (@engine $(#[$when:meta])? $engine:ident [$($case:ident),+ $(,)?]) => {
        $(#[$when])?
        mod $engine {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                let Some((engine, _kept)) = super::$engine().await else { return };
                super::$case(engine).await;
            })+
        }
    };
}
