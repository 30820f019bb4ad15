"""日报告, 周分析, 月通报, 年总结: the four reports over a period, as data and as documents."""
