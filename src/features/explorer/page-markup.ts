/** The page as it is sent: the scripts draw everything else. */
export const markup = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Explorer</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="explorer/explorer.css">
<script type="module" src="explorer/app.js"></script>
</head>
<body>
<a class="skip" href="#main">Skip to the entity</a>
<header class="top">
<h1>Explorer</h1>
<form id="search" role="search">
<label for="question">Name or public id</label>
<input id="question" type="search" autocomplete="off" spellcheck="false" maxlength="200">
<button type="submit">Search</button>
</form>
</header>
<div id="results" aria-live="polite"></div>
<main id="main"><div id="entity" aria-live="polite"></div></main>
<noscript>The explorer needs scripts; the API itself does not.</noscript>
</body>
</html>
`;
