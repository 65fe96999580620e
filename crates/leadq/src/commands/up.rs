//! `leadq up`: everything in one process, served until it is told to stop.

use anyhow::Context as _;
use server::answer::Mode;
use server::{App, Measures, Settings, serve};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::Answer;
use crate::cli::Up;
use crate::show;
use crate::wiring::House;

pub(super) async fn run(house: &House, said: &Up) -> anyhow::Result<Answer> {
    let listener = TcpListener::bind(said.listen).await.with_context(|| {
        format!("cannot listen on {}: choose another address with --listen", said.listen)
    })?;
    let address = listener.local_addr()?;
    let stop = stop_asked()?;
    let engine = house.start().await?;
    let settings = Settings { mode: Mode::Up, is_loopback: address.ip().is_loopback() };
    let served = async {
        let app = App::start(&engine, settings, Measures::install()?).await?;
        show::print(&format!("leadq is up: http://{address}/ (Ctrl-C stops it)\n"))?;
        Ok(serve(listener, app, stop).await?)
    };
    let served: anyhow::Result<()> = served.await;
    engine.stop().await;
    served?;
    Ok(Answer::well("stopped; nothing acknowledged is lost\n"))
}

/// Done when the user, or the system, asks for an end.
fn stop_asked() -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    let mut terminated = signal(SignalKind::terminate())?;
    let mut interrupted = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminated.recv() => {}
            _ = interrupted.recv() => {}
        }
    })
}
