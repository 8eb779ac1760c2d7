//! A curve over two logarithmic axes, as an SVG.

use plotters::prelude::{
    BLUE, ChartBuilder, Circle, Color as _, IntoDrawingArea as _, IntoLogRange as _, LineSeries, SVGBackend, WHITE,
};
use std::{env, fs, path::PathBuf};

/// A curve.
pub(crate) struct Curve<'a> {
    title: &'a str,
    points: Vec<(f64, f64)>,
}

impl<'a> Curve<'a> {
    pub(crate) fn new(title: &'a str) -> Self {
        Self { title, points: Vec::new() }
    }

    pub(crate) fn add(&mut self, x: f64, y: f64) {
        self.points.push((x, y));
    }

    /// Into a file of its name, where a folder was named.
    pub(crate) fn draw(&self) {
        let Some(folder) = env::var_os("BENCH_PLOTS").map(PathBuf::from) else { return };
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join(format!("{}.svg", self.title.replace(' ', "-")));
        let range = |of: fn(&(f64, f64)) -> f64| {
            let (low, high) = self
                .points
                .iter()
                .map(of)
                .fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(value), high.max(value)));
            low / 1.2..high * 1.2
        };
        let area = SVGBackend::new(&file, (640, 400)).into_drawing_area();
        area.fill(&WHITE).unwrap();
        let mut chart = ChartBuilder::on(&area)
            .caption(self.title, ("sans-serif", 16))
            .margin(12)
            .x_label_area_size(32)
            .y_label_area_size(64)
            .build_cartesian_2d(range(|point| point.0).log_scale(), range(|point| point.1).log_scale())
            .unwrap();
        chart.configure_mesh().draw().unwrap();
        chart.draw_series(LineSeries::new(self.points.iter().copied(), &BLUE)).unwrap();
        chart.draw_series(self.points.iter().map(|point| Circle::new(*point, 3, BLUE.filled()))).unwrap();
        area.present().unwrap();
        println!("\ndrawn into {}", file.display());
    }
}
