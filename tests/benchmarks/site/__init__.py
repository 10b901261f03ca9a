"""What ``bench_answering`` measures: studyapp as it is, and one view to compare it with."""
